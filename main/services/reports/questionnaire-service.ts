/** What the authors of a study answer for its reporting checklists: stored with the study, asked once. */
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import {
  CONFIRMED,
  confirmKey,
  isQuestion,
  LONGEST_ANSWER,
  QUESTIONS,
  type Statement,
  type StudyQuestionnaire,
} from '../../../shared/study/questionnaire.ts';
import { CHECKLISTS } from '../../report/checklists/all.ts';
import { fillChecklist, isReported } from '../../report/checklists/checklist.ts';
import { findStatements, type StatementId, type StatementInput } from '../../report/checklists/statements.ts';
import { MODEL_CARD } from '../../report/checklists/model-card.ts';
import type { Store } from '../../store/open.ts';
import { refuseReadOnly } from '../studies/read-only.ts';
import { requireStudy } from '../require.ts';

/** Statements that some checklist wants confirmed, each once, in the order of the checklists. */
const STATEMENTS = new Map<StatementId, string>();
for (const { items } of [...CHECKLISTS, MODEL_CARD]) {
  for (const { from, topic } of items) {
    if ('confirm' in from && !STATEMENTS.has(from.confirm)) STATEMENTS.set(from.confirm, topic);
  }
}

export function createQuestionnaireService(params: {
  store: Store;
  reports: { checklistInput(studyId: string): Promise<StatementInput> };
}) {
  const { store, reports } = params;
  async function get(studyId: string): Promise<StudyQuestionnaire> {
    const written = findStatements(await reports.checklistInput(studyId));
    const answers = store.studies.answers(studyId);
    const statements = [...STATEMENTS].flatMap(([id, topic]): Statement[] => {
      const { text } = written[id];
      return text === null ? [] : [{ id, topic, text, confirmed: answers[confirmKey(id)] === CONFIRMED }];
    });
    const checklists = [...CHECKLISTS, MODEL_CARD].map((list) => {
      const items = fillChecklist(list, { statements: written, answers });
      return { name: list.name, items: items.length, reported: items.filter(isReported).length };
    });
    return {
      answers: Object.fromEntries(Object.entries(answers).filter(([key]) => isQuestion(key))),
      statements,
      checklists,
    };
  }

  return {
    /** @throws AppError `not-found`. */
    get,
    /**
     * Adds answers to those that are there; an empty one takes the answer back.
     * @throws AppError `bad-input` naming the first key or text that cannot be used, `conflict` for a study from a bundle
     */
    async save({ studyId, answers }: { studyId: string; answers: unknown }): Promise<StudyQuestionnaire> {
      refuseReadOnly(requireStudy(store, studyId));
      const given = parseAnswers(answers);
      const merged = { ...store.studies.answers(studyId), ...given };
      store.studies.setAnswers(studyId, Object.fromEntries(Object.entries(merged).filter(([, text]) => text !== '')));
      return get(studyId);
    },
  };
}

export type QuestionnaireService = ReturnType<typeof createQuestionnaireService>;

const answersSchema = z.record(z.string(), z.unknown());

/**
 * Answers by question id; `confirm` may list statements, or `confirm:ID` be `yes` or empty.
 * @throws AppError `bad-input`
 */
export function parseAnswers(input: unknown): Record<string, string> {
  const parsed = answersSchema.safeParse(input);
  if (!parsed.success) {
    throw new AppError('bad-input', 'Expected answers by question, e.g. "design: retrospective".', { action: KNOWN });
  }
  const answers: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed.data)) {
    if (key === 'confirm') {
      for (const id of parseConfirmed(value)) answers[confirmKey(id)] = CONFIRMED;
      continue;
    }
    const statement = [...STATEMENTS.keys()].find((id) => confirmKey(id) === key);
    if (!isQuestion(key) && statement === undefined) {
      throw new AppError('bad-input', `Expected the id of a question, got "${key.slice(0, 60)}".`, { action: KNOWN });
    }
    const text = value === null ? '' : value;
    if (typeof text !== 'string' || text.length > LONGEST_ANSWER) {
      throw new AppError('bad-input', `${key}: expected a text of at most ${LONGEST_ANSWER} characters.`);
    }
    if (statement !== undefined && text !== CONFIRMED && text !== '') {
      throw new AppError('bad-input', `${key}: expected "${CONFIRMED}" or nothing, got another text.`);
    }
    answers[key] = text.trim();
  }
  return answers;
}

const KNOWN = `Questions: ${QUESTIONS.map(({ id }) => id).join(', ')}. Statements to confirm: ${[...STATEMENTS.keys()].join(', ')}.`;

function parseConfirmed(value: unknown): StatementId[] {
  const list = z.array(z.enum([...STATEMENTS.keys()])).safeParse(value);
  if (list.success) return list.data;
  throw new AppError('bad-input', 'confirm: expected a list of statements.', { action: KNOWN });
}

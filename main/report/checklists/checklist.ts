/** What a checklist is, and how its items are filled: data in, data out. */
import type { QuestionId } from '../../../shared/study/questionnaire.ts';
import { CONFIRMED, confirmKey } from '../../../shared/study/questionnaire.ts';
import type { StatementId, FilledStatement } from './statements.ts';

/**
 * `log`: the stored runs say it. `confirm`: written from the data, but the authors have to confirm it. `ask`: only the authors know;
 * several questions are answered together.
 */
export type ItemSource = { log: StatementId } | { confirm: StatementId } | { ask: readonly QuestionId[] };

export interface ChecklistItem {
  /** As the guideline numbers it. */
  number: string;
  /** What it asks for, in our words. */
  topic: string;
  from: ItemSource;
}

export interface Checklist {
  id: string;
  name: string;
  /** Citation and licence. */
  source: string;
  items: readonly ChecklistItem[];
  /** Numbers are headings with several items each. */
  grouped?: true;
}

export type ItemState = 'log' | 'confirmed' | 'unconfirmed' | 'answered' | 'not reported';

export interface FilledItem extends ChecklistItem {
  state: ItemState;
  text: string;
  /** Sections of the report, by id. */
  sections: readonly string[];
}

export type FilledStatements = Readonly<Record<StatementId, FilledStatement>>;

export function fillChecklist(
  { items }: Checklist,
  { statements, answers }: { statements: FilledStatements; answers: Readonly<Record<string, string>> },
): FilledItem[] {
  return items.map((item) => ({ ...item, ...fill(item.from, statements, answers) }));
}

type Filling = Pick<FilledItem, 'state' | 'text' | 'sections'>;

function fill(from: ItemSource, statements: FilledStatements, answers: Readonly<Record<string, string>>): Filling {
  if ('ask' in from) {
    const given = from.ask.flatMap((id) => answers[id] ?? []);
    // An item that needs several answers is reported only with all of them.
    const state = given.length === from.ask.length ? 'answered' : 'not reported';
    return { state, text: given.join(' '), sections: [] };
  }
  const id = 'log' in from ? from.log : from.confirm;
  const { text, sections } = statements[id];
  if (text === null) return { state: 'not reported', text: '', sections: [] };
  const state = 'log' in from ? 'log' : answers[confirmKey(id)] === CONFIRMED ? 'confirmed' : 'unconfirmed';
  return { state, text, sections };
}

/** `log('9', 'Preprocessing', 'preprocessing')` and its relatives keep the tables of items short. */
export const log = (number: string, topic: string, statement: StatementId): ChecklistItem => ({
  number,
  topic,
  from: { log: statement },
});
export const confirm = (number: string, topic: string, statement: StatementId): ChecklistItem => ({
  number,
  topic,
  from: { confirm: statement },
});
export const ask = (number: string, topic: string, ...questions: QuestionId[]): ChecklistItem => ({
  number,
  topic,
  from: { ask: questions },
});

export function isReported({ state }: Pick<FilledItem, 'state'>): boolean {
  return state === 'log' || state === 'confirmed' || state === 'answered';
}

/** `study answers STUDY [--file answers.yaml]`: the authors' answers for the checklists of the report. */
import type { Command } from 'commander';
import { QUESTIONS, type StudyQuestionnaire } from '../../../shared/study/questionnaire.ts';
import type { CliContext } from '../context.ts';
import { tablesText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';
import { readStudyFile } from './study-file.ts';

/** Adds the command to `study`. */
export function registerAnswers(study: Command, context: CliContext): void {
  study
    .command('answers <study>')
    .description(
      'what only the authors can say, for the checklists of the report; without --file: the questions and what is missing',
    )
    .option(
      '--file <yaml>',
      'answers by question id; "confirm: [...]" lists statements that are right; an empty text takes back',
    )
    .action(async (name: string, { file }: { file?: string }) => {
      const { services } = await context.app({ write: file !== undefined });
      const studyId = services.studies.find(name);
      const found =
        file === undefined
          ? await services.questionnaire.get(studyId)
          : await services.questionnaire.save({ studyId, answers: readStudyFile(file).value });
      context.out.result(found, () => answersText(found));
    });
}

function answersText({ answers, statements, checklists }: StudyQuestionnaire): string {
  return [
    tablesText([
      plainTable(QUESTIONS, {
        question: ({ id }) => id,
        asks: ({ text }) => text,
        answer: ({ id }) => shorten(answers[id] ?? 'not answered'),
      }),
      plainTable(statements, {
        statement: ({ id }) => id,
        confirmed: ({ confirmed }) => (confirmed ? 'yes' : 'no'),
        says: ({ text }) => shorten(text),
      }),
    ]),
    '',
    ...checklists.map(({ name, items, reported }) => `${name}: ${reported} of ${items} items reported`),
  ].join('\n');
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

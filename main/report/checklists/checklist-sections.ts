/** Checklists and the model card, filled, as sections: for files of their own, and for the report's appendix. */
import { QUESTIONS, type QuestionId } from '../../../shared/study/questionnaire.ts';
import { text as textCell } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { heading, list, table, text, type Block, type Section } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { CHECKLISTS } from './all.ts';
import { fillChecklist, isReported, type Checklist, type FilledItem } from './checklist.ts';
import { selfCheck } from './self-check.ts';
import { findStatements } from './statements.ts';

/** What the report calls its sections, `Section 2`, by id. */
export type Places = ReadonlyMap<string, string>;

const STATE_WORDS = {
  log: 'stored runs',
  confirmed: 'confirmed by the authors',
  unconfirmed: 'stored data, to be confirmed',
  answered: 'authors',
  'not reported': 'to be answered',
} as const;

/** One section a checklist, to be saved alone, and the self-check. */
export function checklistSections(input: ReportInput, places: Places): Section[] {
  return [
    ...CHECKLISTS.map((checklist): Section => {
      const items = filled(checklist, input);
      return {
        ...{ id: checklist.id, title: checklist.name },
        blocks: [
          text(
            `${countOf(items.filter(isReported).length, 'item')} of ${formatCount(items.length)} reported. ${checklist.source}`,
          ),
          ...toDo(items),
          ...table(itemsTable(checklist, items, places)),
        ],
      };
    }),
    { id: 'self-check', title: 'Self-check of the analysis', blocks: table(selfCheckTable(input)) },
  ];
}

/** Any list as a table: items flat with their numbers, or below their headings. */
export function checklistTable(checklist: Checklist, input: ReportInput, places: Places): Table {
  return itemsTable(checklist, filled(checklist, input), places);
}

const filled = (checklist: Checklist, input: ReportInput): FilledItem[] =>
  fillChecklist(checklist, { statements: findStatements(input), answers: input.answers });

/** What is left for the authors: questions that only they can answer, and statements that wait for a yes. */
function toDo(items: readonly FilledItem[]): Block[] {
  const open = items.filter((item) => !isReported(item));
  const asked = new Map<QuestionId, string[]>();
  for (const { from, number } of open) {
    for (const id of 'ask' in from ? from.ask : []) asked.set(id, [...(asked.get(id) ?? []), number]);
  }
  const questions = QUESTIONS.flatMap(({ id, text: question, hint }) => {
    const numbers = asked.get(id);
    return numbers === undefined ? [] : `${question} ${hint} (${numbers.join(', ')})`;
  });
  const waiting = open.filter(({ state }) => state === 'unconfirmed').map(({ number }) => number);
  return [
    ...(questions.length === 0 ? [] : [heading('Items that only you can answer'), ...list(questions)]),
    ...(waiting.length === 0
      ? []
      : [
          text(
            `Written from the stored data; confirm what is right: ${waiting.join(', ')}. Answer and confirm once, in the report tab of the app.`,
          ),
        ]),
  ];
}

function itemsTable({ name, source, grouped }: Checklist, items: readonly FilledItem[], places: Places): Table {
  return buildTable<FilledItem>({
    caption: grouped ? `${name} of the networks of this study` : name,
    notes: grouped ? [source, 'Research use only.'] : [],
    groups: grouped
      ? [...Map.groupBy(items, ({ number }) => number)].map(([title, members]) => ({ title, items: members }))
      : ungrouped(items),
    columns: [
      { key: 'item', head: 'Item', when: grouped === undefined, cell: ({ number }) => number },
      { key: 'topic', head: grouped ? 'Part' : 'Topic', cell: ({ topic }) => topic },
      { key: 'reported', head: grouped ? 'Statement' : 'Reported', cell: ({ text: said }) => said },
      { key: 'from', head: 'From', cell: ({ state }) => textCell(STATE_WORDS[state], { tone: 'quiet' }) },
      { key: 'where', head: 'Where', cell: (item) => place(item, places) },
    ],
  });
}

function place({ sections, state }: FilledItem, places: Places): string {
  if (state === 'answered') return 'here';
  return sections.flatMap((id) => places.get(id) ?? []).join(', ') || '–';
}

function selfCheckTable(input: ReportInput): Table {
  return buildTable<ReturnType<typeof selfCheck>[number]>({
    caption: 'Self-check',
    notes: [
      'In our own words after the analysis domain of PROBAST+AI (Moons KGM et al. BMJ 2025;388:e082505), as far as the stored data answer it. It does not replace an assessment.',
    ],
    groups: ungrouped(selfCheck(input)),
    columns: [
      { key: 'question', head: 'Question', cell: ({ question }) => question },
      { key: 'answer', head: 'Answer', cell: ({ judgement }) => judgement },
      { key: 'why', head: 'Why', cell: ({ reason }) => reason },
    ],
  });
}

/** The filled checklists and the model card, with the section or figure of the report beside each item. */
import { formatCount } from '../../../shared/words/numbers.ts';
import { CHECKLISTS } from '../checklists/all.ts';
import { fillChecklist, isReported, type Checklist, type FilledItem } from '../checklists/checklist.ts';
import { findStatements } from '../checklists/statements.ts';
import { MODEL_CARD } from '../checklists/model-card.ts';
import { selfCheck } from '../checklists/self-check.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { groupedTable, table, type Row } from '../table.ts';

/** Number of each section of the report, by id; those that it lacks are absent. */
export type SectionNumbers = ReadonlyMap<string, number>;

const STATE_WORDS = {
  log: 'from the stored runs',
  confirmed: 'confirmed by the authors',
  unconfirmed: 'from the data, not confirmed',
  answered: 'answered by the authors',
  'not reported': 'not reported',
} as const;

export function checklistsSection(input: ReportInput, numbers: SectionNumbers, numbering: Numbering): Markup {
  return markup`<p>What the study says about each item of three reporting guidelines, for authors and reviewers. The guidelines’ own texts are longer; here stands what each item is about. Nothing was left out: an item without an answer reads <span class="missing">not reported</span>.</p>
${CHECKLISTS.map((list) => checklistTable(list, { input, numbers, numbering }))}
${selfCheckTable(input, numbering)}`;
}

export function modelCardSection(input: ReportInput, numbers: SectionNumbers, numbering: Numbering): Markup {
  return checklistTable(MODEL_CARD, { input, numbers, numbering });
}

/** Any list, filled: its items flat with their numbers, or below their headings. */
function checklistTable(
  list: Checklist,
  { input, numbers, numbering }: { input: ReportInput; numbers: SectionNumbers; numbering: Numbering },
): Markup {
  const items = fillChecklist(list, { statements: findStatements(input), answers: input.answers });
  const reported = items.filter(isReported).length;
  const { name, source, grouped = false } = list;
  const about = grouped
    ? markup`${name} of the networks of this study. ${source} Research use only.`
    : markup`${name}: ${formatCount(reported)} of ${formatCount(items.length)} items reported. ${source}`;
  const heads = grouped ? ['Part', 'Statement', 'Where'] : ['Item', 'Topic', 'Reported', 'Where'];
  const row = (item: FilledItem): Row => ({
    cells: [...(grouped ? [] : [item.number]), item.topic, said(item), place(item, numbers)],
  });
  const byHeading = [...Map.groupBy(items, ({ number }) => (grouped ? number : ''))];
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> ${about}`,
    columns: heads.map((head) => ({ head })),
    groups: byHeading.map(([title, members]) => ({ title, rows: members.map(row) })),
  });
}

function said(item: FilledItem): Markup {
  const source = markup`<span class="${item.state === 'unconfirmed' || item.state === 'not reported' ? 'missing' : 'quiet'}">${STATE_WORDS[item.state]}</span>`;
  return item.text === '' ? source : markup`${item.text} (${source})`;
}

function place({ sections, figure, state }: FilledItem, numbers: SectionNumbers): Markup | string {
  if (state === 'answered') return 'here';
  const found = sections.flatMap((id) => {
    const number = numbers.get(id);
    return number === undefined ? [] : [markup`<a href="#${id}">${number}</a>`];
  });
  if (found.length === 0) return sections.length === 0 && state !== 'not reported' ? 'first page' : '–';
  const listed = found.map((link, index) => markup`${index > 0 && ', '}${link}`);
  return markup`<span class="arm">Section ${listed}</span>${figure !== null && markup`, <span class="arm">Figure ${figure}</span>`}`;
}

function selfCheckTable(input: ReportInput, numbering: Numbering): Markup {
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> Self-check of the analysis, in our own words after the analysis domain of PROBAST+AI (Moons KGM et al. BMJ 2025;388:e082505), as far as the stored data answer it. It does not replace an assessment.`,
    columns: [{ head: 'Question' }, { head: 'Answer' }, { head: 'Why' }],
    rows: selfCheck(input).map(({ question, judgement, reason }) => ({
      cells: [
        question,
        markup`<span class="${judgement === 'Yes' || judgement === 'Probably yes' ? '' : 'missing'}">${judgement}</span>`,
        reason,
      ],
    })),
  });
}

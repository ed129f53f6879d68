/** The four questions of the verdict with their answers, a row each. Pure. */
import { buildTable, ungrouped, type Table } from '../../tables/table.ts';
import { countOf } from '../../words/numbers.ts';
import { TONE_WORDS, type VerdictFact } from '../verdict-facts.ts';

/** Answers in full in one row; of more the decided ones come first and the rest are counted. */
const SHOWN = 2;

/** Null before there is an answer. @param figured questions whose numbers a figure beside the table shows */
export function summaryTable(facts: readonly VerdictFact[], figured: readonly VerdictFact['id'][] = []): Table | null {
  if (facts.length === 0) return null;
  return buildTable<VerdictFact>({
    caption: 'The answers',
    groups: ungrouped(facts),
    columns: [
      { key: 'question', head: 'Question', cell: ({ question }) => question },
      { key: 'answer', head: 'Answer', cell: answerWords },
      { key: 'basis', head: 'What it rests on', cell: (fact) => basisWords(fact, figured.includes(fact.id)) },
    ],
  });
}

/** `Yes`, or `Yes (2), These data cannot tell (7)`. */
function answerWords({ answers }: VerdictFact): string {
  const tones = [...Map.groupBy(answers, ({ tone }) => tone)];
  const [only] = tones;
  if (tones.length === 1 && only !== undefined) return TONE_WORDS[only[0]];
  return tones.map(([tone, list]) => `${TONE_WORDS[tone]} (${list.length})`).join(', ');
}

function basisWords({ answers, note }: VerdictFact, isFigured: boolean): string {
  const decided = answers.filter(({ tone }) => tone !== 'open');
  const ordered = [...decided, ...answers.filter(({ tone }) => tone === 'open')];
  const rest = ordered.length - SHOWN;
  return [
    ...(isFigured ? ['The figure of differences.'] : ordered.slice(0, SHOWN).map(({ text }) => text)),
    ...(rest > 0 && !isFigured ? [`${countOf(rest, 'further comparison')} in the tables.`] : []),
    ...(note === null ? [] : [note]),
  ].join(' ');
}

/** Test images of an arm or a run against the reference standard: its calls, two by two, and its scores. Pure. */
import { formatNumber, formatRange, formatSignificant } from '../words/numbers.ts';
import { RULE_WORDS, thresholdRuleSchema } from '../results/study-details.ts';
import { count } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import type { ConfusionCell, Mistakes, ScoreBand } from './mistakes.ts';

/** Rows: the reference standard. */
export const CONFUSION_ROWS: readonly { reference: string; cells: readonly [ConfusionCell, ConfusionCell] }[] = [
  { reference: 'Positive', cells: ['tp', 'fn'] },
  { reference: 'Negative', cells: ['fp', 'tn'] },
];

/** Null where no threshold could be chosen; then `why` of the summary says so. */
export function confusionTable({ counts, validation, threshold, rule }: Mistakes): Table | null {
  if (counts === null || validation === null) return null;
  const rate = (part: number, rest: number): string => formatNumber(part + rest === 0 ? null : part / (part + rest));
  const words = thresholdRuleSchema.safeParse(rule);
  const where = threshold === null ? 'above every score' : formatSignificant(threshold);
  return buildTable<(typeof CONFUSION_ROWS)[number]>({
    caption: 'Confusion table',
    notes: [
      `Threshold ${where} (${words.data === undefined ? rule : RULE_WORDS[words.data]}), chosen on validation images (sensitivity ${formatNumber(validation.sensitivity)}, specificity ${formatNumber(validation.specificity)} there).`,
      `Sensitivity ${rate(counts.tp, counts.fn)}, specificity ${rate(counts.tn, counts.fp)} on these test images.`,
    ],
    groups: ungrouped(CONFUSION_ROWS),
    columns: [
      { key: 'reference', head: 'Reference', cell: ({ reference }) => reference },
      { key: 'called_positive', head: 'Called positive', number: true, cell: ({ cells }) => count(counts[cells[0]]) },
      { key: 'called_negative', head: 'Called negative', number: true, cell: ({ cells }) => count(counts[cells[1]]) },
    ],
  });
}

/** `0.9–1.0` */
export function bandWord({ low, high }: Pick<ScoreBand, 'low' | 'high'>): string {
  return formatRange(low, high, (value) => formatNumber(value, 1));
}

/** The highest scores first. */
export function scoreBandsTable({ bands }: Mistakes): Table {
  return buildTable<ScoreBand>({
    caption: 'Test images by score',
    groups: ungrouped(bands.toReversed()),
    columns: [
      { key: 'score', head: 'Score', cell: bandWord },
      { key: 'positives', head: 'Reference positive', number: true, cell: ({ positives }) => count(positives) },
      { key: 'negatives', head: 'Reference negative', number: true, cell: ({ negatives }) => count(negatives) },
    ],
  });
}

/** Differences of a study's comparisons with the intervals that its verdict rests on, and the margin. Pure. */
import { concludedComparisons, type Concluded } from '../results/conclusion.ts';
import type { StudyResults } from '../results/results.ts';
import { armName, againstWords } from '../study/arms.ts';
import { formatInterval, formatSigned } from '../words/numbers.ts';
import type { Forest, ForestRow } from './figure.ts';
import { assignSlots } from './palette.ts';

/** One row a comparison, the largest gain on top, under each finding where there are several. Null where nothing is compared. */
export function differenceFigure(
  results: StudyResults,
  family: 'comparisons' | 'modelComparisons' = 'comparisons',
): Forest | null {
  const rows = concludedComparisons(results, family);
  const { arms, endpoints, margin } = results;
  if (rows.length === 0) return null;
  const slots = assignSlots(arms.map((arm) => arm.initLabel));
  const delta = margin?.declared.delta;
  const others = new Set(rows.map(({ armA, armB }) => againstWords(arms, armA, armB)));
  const rowOf = ({ armA, armB, difference, shown }: Concluded): ForestRow => {
    const { init, rest } = armName(arms, armA);
    const name = rest === '' ? init : `${init}, ${rest}`;
    const ends = shown ?? { low: null, high: null };
    return {
      label: others.size === 1 ? name : `${name} − ${againstWords(arms, armA, armB)}`,
      slot: slots.get(init) ?? 0,
      ...{ value: difference, ...ends, dots: [] },
      words: {
        value: formatSigned(difference),
        interval: shown === null ? 'no interval' : formatInterval(ends.low, ends.high, formatSigned),
      },
    };
  };
  const groups = endpoints.flatMap(({ id, name }) => {
    const own = rows.filter(({ endpointId }) => endpointId === id).sort((a, b) => b.difference - a.difference);
    return own.length === 0 ? [] : [{ title: name, rows: own.map(rowOf) }];
  });
  const several = rows.length > 1 ? `, adjusted for ${rows.length} comparisons` : '';
  return {
    kind: 'forest',
    title: family === 'comparisons' ? 'Difference in test AUC by initialisation' : 'Difference in test AUC by model',
    xLabel: `Difference in mean test AUC${others.size === 1 ? ` from ${[...others].join('')}` : ''}, 95 % interval${several}`,
    groups: groups.length > 1 ? groups : groups.map((group) => ({ ...group, title: '' })),
    reference: 0,
    within: [-1, 1],
    lines: delta === undefined ? [] : [{ x: -delta, label: `margin −${delta}` }],
  };
}

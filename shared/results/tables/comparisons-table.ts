/** Each arm against the first of its model and size, on the same test images. Pure. */
import { difference, missing, pValue, range, text, type Cell } from '../../tables/cells.ts';
import { buildTable, ungrouped, type ColumnOf, type Table } from '../../tables/table.ts';
import { resampledComparison, type ArmComparison, type StudyResults } from '../results.ts';
import { concludedComparisons, type Concluded } from '../conclusion.ts';
import { pooledInterval, type PooledInterval } from '../pooled-seeds.ts';
import type { TotalDifference } from '../verdict.ts';
import { armCells } from './arm-cells.ts';
import { countOf } from '../../words/numbers.ts';
import { INTERVAL_WORDS, bootstrapWords } from '../../words/intervals.ts';

/** Null without comparisons. P-values are adjusted over the whole study, then shown for this endpoint. */
export function comparisonsTable(results: StudyResults, endpointId: string): Table | null {
  const all = concludedComparisons(results);
  const rows = all.filter((row) => row.endpointId === endpointId);
  if (rows.length === 0) return null;
  return buildTable<Concluded>({
    caption: 'Differences on the same test images',
    notes: [
      'Each arm minus the first arm of the same model and size, in mean AUC. The conclusion stands against the variation of patients and of seeds. P-values are two-sided.',
    ],
    groups: ungrouped(rows),
    columns: [
      pairColumn(results),
      { key: 'difference', head: 'Difference', number: true, cell: (row) => difference(row.difference) },
      {
        ...{ key: 'adjusted', head: '95 % CI', unit: 'patients and seeds', number: true, stacked: true },
        about: `Patients and seeds: DeLong’s variance plus the variance between seeds of both arms, t with Satterthwaite’s degrees of freedom. It answers whether the way to start makes a difference. ${adjustedWords(all.length)}`,
        cell: ({ adjusted, whyNoTotal }) => totalCell(adjusted, whyNoTotal),
      },
      { key: 'conclusion', head: 'Conclusion', cell: conclusionCell },
      {
        ...{ key: 'p_adjusted', head: 'p', unit: 'adjusted', number: true, stacked: true },
        cell: ({ adjustedP, whyNoTotal }) =>
          pValue(adjustedP, adjustedP === null ? (whyNoTotal ?? undefined) : undefined),
      },
      {
        ...{ key: 'p_patients', head: 'p', unit: 'patients only', number: true },
        about: `Patients only: paired test of the seed-averaged AUC, ${INTERVAL_WORDS[results.intervalKind].short}. It takes these trained models as given: it answers whether they differ on other patients, not whether another seed would give the same.`,
        cell: ({ p, why }) => pValue(p, p === null ? (why ?? 'Undefined') : undefined),
      },
      {
        ...{ key: 'patients', head: '95 % CI', unit: 'patients only', number: true, stacked: true },
        cell: ({ low, high, why }) =>
          range({ low, high }, { signed: true, note: low === null ? (why ?? undefined) : undefined }),
      },
      {
        ...{ key: 'pooled', head: '95 % CI', unit: 'seeds pooled', number: true },
        about:
          'Patients and seeds, the variance between seeds pooled over all arms: narrower, and right only where the arms vary alike, so it is given only where nothing speaks against that. Conclusions do not rest on it.',
        cell: (row) => pooledCell(pooledInterval(results, row)),
      },
      bootstrapColumn(results),
    ],
  });
}

function adjustedWords(family: number): string {
  return family > 1
    ? `Interval and p-value are adjusted by Holm’s method over the ${countOf(family, 'comparison')} of this study, and so agree with each other.`
    : '';
}

export function conclusionCell({ conclusion, whyNoTotal }: Concluded): Cell {
  const word = conclusion.charAt(0).toUpperCase() + conclusion.slice(1);
  if (conclusion === 'untested') return missing(whyNoTotal, word);
  return text(word, { tone: conclusion === 'cannot tell' ? 'quiet' : 'info' });
}

function pooledCell({ interval, why }: PooledInterval): Cell {
  return range(interval, { signed: true, note: why ?? undefined });
}

type Pair = Pick<ArmComparison, 'armA' | 'armB' | 'endpointId'>;

/** An arm and what it is compared with. */
export function pairColumn(results: StudyResults): ColumnOf<Pair> {
  const nameOf = armCells(results.arms);
  return { key: 'arm', head: 'Arm', cell: ({ armA, armB }) => nameOf(armA, { against: armB }) };
}

export function totalCell(total: Pick<TotalDifference, 'low' | 'high'> | null, why: string | null): Cell {
  return range(total, { signed: true, note: total === null ? (why ?? undefined) : undefined });
}

export function bootstrapColumn(results: StudyResults): ColumnOf<Pair> {
  return {
    ...{ key: 'bootstrap', head: '95 % CI', unit: 'bootstrap', number: true, about: bootstrapWords(results) },
    cell: (pair) => {
      const found = resampledComparison(results, pair);
      return found === null ? missing(null, 'computing') : range(found, { signed: true, note: found.why ?? undefined });
    },
  };
}

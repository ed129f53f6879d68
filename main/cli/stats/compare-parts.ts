/** What `stats compare` adds on request: bootstrap differences, a margin, calls at frozen thresholds. */
import { callColumns } from '../../../shared/results/details-tables/calls.ts';
import { pValue, range, text } from '../../../shared/tables/cells.ts';
import { buildTable, type ColumnOf, type Table } from '../../../shared/tables/table.ts';
import { differenceDraws } from '../../analysis/bootstrap/combine.ts';
import { percentileInterval, twoSidedBootstrapP, type BootstrapEstimate } from '../../analysis/bootstrap/interval.ts';
import { planAuc, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import type { PairedDifference } from '../../analysis/statistics/comparison.ts';
import { marginTest, marginTestFromDraws, type MarginTest } from '../../analysis/statistics/margins.ts';
import { comparePatientCalls, type PatientMcNemar } from '../../analysis/statistics/mcnemar.ts';
import { describeThresholdRule, type ThresholdRule } from '../../analysis/statistics/thresholds.ts';
import type { Part } from './bootstrap.ts';
import { pairColumns, type Pair } from './pair-table.ts';
import type { StatsData } from './scores-table.ts';
import type { FrozenThresholds } from './thresholds.ts';

type ComparedPair = Pair & PairedDifference;

export interface DrawnDifference extends Pair, BootstrapEstimate {
  p: number | null;
  margin: MarginTest | null;
}

/** Paired differences from identical draws, and the margin on them if there is one. */
export function drawnDifferences(params: {
  data: StatsData;
  plan: BootstrapPlan;
  pairs: readonly ComparedPair[];
  margin: number | null;
}): Part<DrawnDifference[]> {
  const { data, plan, pairs, margin } = params;
  const readers = data.scores.map(({ name, values }) => ({
    ...{ name, read: planAuc(plan, { labels: data.labels, scores: values }) },
  }));
  return {
    needsDraws: true,
    read: (draws) => {
      const perDraw = new Map(readers.map(({ name, read }) => [name, read(draws).perDraw]));
      const drawsOf = (name: string): Float64Array => perDraw.get(name) ?? new Float64Array(0);
      return pairs.map(({ a, b, difference, se }) => {
        const differences = differenceDraws(drawsOf(a), drawsOf(b));
        const interval = percentileInterval(difference, differences);
        // As analytic: without a variance there is no interval.
        const estimable = se !== null;
        return {
          a,
          b,
          ...(estimable ? interval : { ...interval, low: null, high: null, se: null, why: 'Not estimable, as above.' }),
          p: estimable ? twoSidedBootstrapP(differences) : null,
          margin: margin === null ? null : marginTestFromDraws({ difference, draws: differences, margin }),
        };
      });
    },
  };
}

type MarginRow = Pair & MarginTest;

/** Non-inferiority of A and equivalence, from the analytic standard error. */
export function marginTests(pairs: readonly ComparedPair[], margin: number): Part<MarginRow[]> {
  return {
    needsDraws: false,
    read: () => pairs.map(({ a, b, difference, se }) => ({ a, b, ...marginTest({ difference, se, margin }) })),
  };
}

/** @param drawn the same from the bootstrap */
export function marginTable(rows: readonly MarginRow[], drawn: readonly DrawnDifference[] = []): Table {
  const margin = rows[0]?.margin ?? NaN;
  const tested = (key: 'nonInferior' | 'equivalent', head: string): ColumnOf<MarginRow>[] => [
    { key, head, cell: (row) => text(row[key].holds === true ? 'shown' : 'not shown') },
    { key: `p_${key}`, head: 'p', number: true, cell: (row) => pValue(row[key].p) },
  ];
  return buildTable<MarginRow>({
    caption: `Against a margin of ${margin}`,
    notes: [
      `A is non-inferior where the lower end of the 95 % interval of A − B is above −${margin}, equivalent where the whole interval is within it. P-values are one-sided, at the level 0.025.`,
    ],
    groups: [
      { title: drawn.length === 0 ? '' : 'Analytic', items: rows },
      {
        title: 'Bootstrap',
        items: drawn.flatMap(({ a, b, margin: test }) => (test === null ? [] : { a, b, ...test })),
      },
    ],
    columns: [
      ...pairColumns(),
      {
        ...{ key: 'bounds', head: 'Bounds', number: true },
        cell: ({ lower, upper, why }) => range({ low: lower, high: upper }, { signed: true, note: why ?? undefined }),
      },
      ...tested('nonInferior', 'Non-inferiority'),
      ...tested('equivalent', 'Equivalence'),
    ],
  });
}

interface PairCalls extends Pair, PatientMcNemar {
  rule: ThresholdRule;
}

/** Exact McNemar tests by patient at thresholds from the validation table. */
export function callsOf(data: StatsData, pairs: readonly Pair[], frozen: FrozenThresholds): Part<PairCalls[]> {
  const names = data.scores.map(({ name }) => name);
  const patients = data.patients ?? data.labels.map((_, row) => row);
  const side = (name: string, rule: number) => {
    const s = names.indexOf(name);
    const chosen = frozen.byScore[s]?.[rule];
    const scores = data.scores[s]?.values;
    return chosen?.defined === true && scores !== undefined ? { scores, threshold: chosen.threshold } : null;
  };
  return {
    needsDraws: false,
    read: () =>
      pairs.flatMap((pair) =>
        frozen.rules.flatMap((rule, r) => {
          const [a, b] = [side(pair.a, r), side(pair.b, r)];
          if (a === null || b === null) return [];
          return [{ a: pair.a, b: pair.b, rule, ...comparePatientCalls({ labels: data.labels, patients, a, b }) }];
        }),
      ),
  };
}

export function callTable(rows: readonly PairCalls[], unit: 'rows' | 'patients'): Table {
  const called = unit === 'rows' ? '' : ' A patient is called positive with any positive row.';
  const columns = (key: 'positive' | 'negative' | 'all', head: string) =>
    callColumns<PairCalls>({ key, head }, (row) => row[key], { of: unit, adjusted: false });
  return buildTable<PairCalls>({
    caption: 'Calls at thresholds from the validation table',
    notes: [
      `Right by A only and by B only, exact McNemar test by ${unit}, not adjusted: among positive ones (sensitivity), negative ones (specificity) and all.${called}`,
    ],
    groups: [...Map.groupBy(rows, ({ rule }) => describeThresholdRule(rule))].map(([title, items]) => ({
      ...{ title, items },
    })),
    columns: [
      ...pairColumns(),
      ...columns('positive', 'Sensitivity'),
      ...columns('negative', 'Specificity'),
      ...columns('all', 'Accuracy'),
    ],
  });
}

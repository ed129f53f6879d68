/** What `stats compare` adds on request: bootstrap differences, a margin, adjusted p-values, calls at frozen thresholds. */
import { formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import { differenceDraws } from '../../analysis/bootstrap/combine.ts';
import { percentileInterval, twoSidedBootstrapP } from '../../analysis/bootstrap/interval.ts';
import { planAuc, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import type { PairedDifference } from '../../analysis/statistics/comparison.ts';
import { marginTest, marginTestFromDraws, type MarginTest } from '../../analysis/statistics/margins.ts';
import { comparePatientCalls, type McNemarResult } from '../../analysis/statistics/mcnemar.ts';
import { adjustFamily, type Adjustment } from '../../analysis/statistics/multiplicity.ts';
import { describeThresholdRule } from '../../analysis/statistics/thresholds.ts';
import { formatTable } from '../output/output.ts';
import type { StatsData } from './scores-table.ts';
import { notesOf, withNotes } from './notes.ts';
import { section, type Section } from './sections.ts';
import type { FrozenThresholds } from './thresholds.ts';

/** A comparison of two score columns, as `stats compare` gives it. */
export interface ScorePair extends PairedDifference {
  a: string;
  b: string;
}

const pairName = ({ a, b }: { a: string; b: string }): string => `${a} against ${b}`;

/** What {@link bootstrapDifferences} adds for each pair. */
export interface BootstrapDifference {
  low: number | null;
  high: number | null;
  p: number | null;
}

/** Paired differences from identical draws, and the margin on them if there is one. */
export function bootstrapDifferences(params: {
  data: StatsData;
  plan: BootstrapPlan;
  pairs: readonly ScorePair[];
  margin: number | null;
  about: string;
}): Section {
  const { data, plan, pairs, margin, about } = params;
  const readers = new Map(
    data.scores.map(({ name, values }) => [name, planAuc(plan, { labels: data.labels, scores: values })]),
  );
  return section({
    key: 'bootstrap',
    needsDraws: true,
    read: (draws) => {
      const perDraw = new Map([...readers].map(([name, read]) => [name, read(draws).perDraw]));
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
    text: (rows) => {
      const table = formatTable({
        header: ['A', 'B', 'A - B', '95% interval', 'SE', 'p'],
        rows: rows.map((row) => [
          row.a,
          row.b,
          formatSigned(row.value),
          formatRange(row.low, row.high, formatSigned),
          formatNumber(row.se, 4),
          formatP(row.p),
        ]),
        rightAligned: [2, 3, 4, 5],
      });
      const margins = rows.flatMap((row) =>
        row.margin === null ? [] : [`${pairName(row)}: ${marginText(row.margin)}`],
      );
      return withNotes(`${about}\n\n${table}`, [...margins, ...notesOf(rows.map((row) => [pairName(row), row]))]);
    },
  });
}

/** Non-inferiority of A and equivalence, from the analytic standard error. */
export function marginSection(pairs: readonly ScorePair[], margin: number): Section {
  return section({
    key: 'margin',
    needsDraws: false,
    read: () => pairs.map(({ a, b, difference, se }) => ({ a, b, ...marginTest({ difference, se, margin }) })),
    text: (rows) =>
      [
        `Margin ${margin}: A is non-inferior where the lower end of the 95% interval of A - B is above -${margin}, equivalent where the whole interval is within it. P-values are one-sided, at the level 0.025.`,
        '',
        ...rows.map((row) => `${pairName(row)}: ${marginText(row)}`),
      ].join('\n'),
  });
}

function marginText({ nonInferior, equivalent, lower, upper, why }: MarginTest): string {
  if (why !== null) return why;
  const verdict = (holds: boolean | null): string => (holds === true ? 'shown' : 'not shown');
  return `non-inferiority ${verdict(nonInferior.holds)} (p ${formatP(nonInferior.p)}), equivalence ${verdict(equivalent.holds)} (p ${formatP(equivalent.p)}); bounds ${formatRange(lower, upper, formatSigned)}`;
}

export const ADJUSTMENTS: readonly Adjustment[] = ['holm', 'benjamini-hochberg'];

/** P-values over all pairs of the table, which are the family. */
export function adjustedSection(pairs: readonly ScorePair[], method: Adjustment): Section {
  const tests = pairs.map((pair) => ({ id: pairName(pair), p: pair.p }));
  return section({
    key: 'adjusted',
    needsDraws: false,
    read: () => ({ method, tests: adjustFamily({ declared: tests.map(({ id }) => id), tests, method }) }),
    text: (family) =>
      [
        `P-values over all ${family.tests.length} comparisons, by ${method === 'holm' ? 'Holm' : 'Benjamini and Hochberg'}:`,
        '',
        formatTable({
          header: ['comparison', 'p', 'adjusted'],
          rows: family.tests.map(({ id, p, adjusted }) => [id, formatP(p), formatP(adjusted)]),
          rightAligned: [1, 2],
        }),
      ].join('\n'),
  });
}

/** Exact McNemar tests by patient at thresholds from the validation table. */
export function callsSection(data: StatsData, pairs: readonly ScorePair[], frozen: FrozenThresholds): Section {
  const names = data.scores.map(({ name }) => name);
  const patients = data.patients ?? data.labels.map((_, row) => row);
  const side = (name: string, rule: number) => {
    const s = names.indexOf(name);
    const chosen = frozen.byScore[s]?.[rule];
    const scores = data.scores[s]?.values;
    return chosen?.defined === true && scores !== undefined ? { scores, threshold: chosen.threshold } : null;
  };
  return section({
    key: 'calls',
    needsDraws: false,
    read: () =>
      pairs.flatMap((pair) =>
        frozen.rules.flatMap((rule, r) => {
          const [a, b] = [side(pair.a, r), side(pair.b, r)];
          if (a === null || b === null) return [];
          const calls = comparePatientCalls({ labels: data.labels, patients, a, b });
          return [{ a: pair.a, b: pair.b, rule, ...calls }];
        }),
      ),
    text: (rows) => {
      const cell = ({ onlyA, onlyB, p }: McNemarResult): string => `${onlyA} / ${onlyB}  p ${formatP(p)}`;
      const unit = data.patients === null ? 'rows' : 'patients';
      const table = formatTable({
        header: ['A', 'B', 'rule', `positive ${unit}`, `negative ${unit}`, `all ${unit}`],
        rows: rows.map((row) => [
          row.a,
          row.b,
          describeThresholdRule(row.rule),
          cell(row.positive),
          cell(row.negative),
          cell(row.all),
        ]),
      });
      return `Right by A only / by B only at thresholds from the validation table, exact McNemar test by ${unit}${data.patients === null ? '' : ' (a patient is called positive with any positive row)'}:\n\n${table}`;
    },
  });
}

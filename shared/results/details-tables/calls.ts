/** Calls at frozen thresholds: of each run against the reference standard, and of two arms against each other. Pure. */
import { countOf, formatCount, wordFor } from '../../words/numbers.ts';
import type { ConfusionCell } from '../../mistakes/mistakes.ts';
import { count, EMPTY, list, missing, number, pValue, run as runCell, share, type Cell } from '../../tables/cells.ts';
import { buildTable, type ColumnOf, type Table } from '../../tables/table.ts';
import { groupArms } from '../../study/arms.ts';
import { cellText } from '../../tables/words.ts';
import {
  pointOf,
  RULE_WORDS,
  type CallComparison,
  type CallTest,
  type OperatingPoint,
  type StudyDetails,
  type ThresholdRuleName,
} from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';
import { armColumn, runsOf, type DetailsInput, type NamedArm } from './details-parts.ts';

type Counts = Record<ConfusionCell, number>;

/** A run at its own threshold. */
export interface CalledRun {
  runId: string;
  armId: string;
  seed: number;
  /** Null: +infinity; see `why` where none could be chosen. */
  threshold: number | null;
  /** On the validation images, for which the threshold was chosen. */
  validation: { sensitivity: number; specificity: number } | null;
  /** Null where no threshold could be chosen; then `why` says so. */
  counts: Counts | null;
  why: string | null;
}

/** What {@link crossTabulation} takes: runs on the same test images. */
export interface CalledRuns {
  rule: ThresholdRuleName;
  positives: number;
  negatives: number;
  /** Left out, because their label is not known. */
  unknown?: number;
  runs: readonly CalledRun[];
}

export function calledRuns(details: StudyDetails): CalledRuns {
  const runs = details.runs.map((run): CalledRun => {
    const { point, why } = pointOf(run, details.rule);
    const { runId, armId, seed } = run;
    return { runId, armId, seed, ...(point ?? { threshold: null, validation: null, counts: null }), why };
  });
  return { ...details, runs };
}

const CELLS: { cell: ConfusionCell; head: string; unit: string }[] = [
  { cell: 'tp', head: 'True positive', unit: 'positive, called' },
  { cell: 'fn', head: 'False negative', unit: 'positive, missed' },
  { cell: 'fp', head: 'False positive', unit: 'negative, called' },
  { cell: 'tn', head: 'True negative', unit: 'negative, not called' },
];

/** Numbers of test images by call and reference standard: each run, and the mean of an arm's runs. */
export function crossTabulation(calls: CalledRuns, arms: DetailsInput['arms']): Table {
  const { positives, negatives, rule, unknown = 0 } = calls;
  const wrong = ({ fn, fp }: Counts): Cell => number((fn + fp) / (positives + negatives), 'percent');
  const counted = ({ counts, why }: CalledRun, show: (counts: Counts) => Cell): Cell =>
    counts === null ? missing(why) : show(counts);
  const left =
    unknown === 0
      ? ''
      : ` ${countOf(unknown, 'image')} with an unknown label ${wordFor(unknown, 'is', 'are')} left out.`;
  return buildTable<NamedArm, CalledRun>({
    caption: 'Calls of each run against the reference standard',
    notes: [
      `${formatCount(positives)} positive and ${formatCount(negatives)} negative test images, each run at its own threshold, chosen on its validation images (${RULE_WORDS[rule]}) and frozen; ∞ calls no image positive. An arm has the average of its runs, not the table of an ensemble.${left}`,
    ],
    groupHead: 'model',
    groups: groupArms(arms).map(({ title, arms: members }) => ({
      title,
      items: members.filter(({ armId }) => runsOf(calls.runs, armId).length > 0),
    })),
    childrenOf: ({ armId }) => runsOf(calls.runs, armId),
    columns: [
      armColumn(arms),
      {
        ...{ key: 'threshold', head: 'Threshold', number: true },
        cell: () => EMPTY,
        child: ({ threshold, counts, why }) => thresholdCell(counts && { threshold }, why),
      },
      {
        ...{ key: 'validation', head: 'On validation', unit: 'sensitivity, specificity', number: true },
        cell: () => EMPTY,
        child: ({ validation }) =>
          validation === null ? EMPTY : list([share(validation.sensitivity), share(validation.specificity)]),
      },
      ...CELLS.map(({ cell, head, unit }) => ({
        ...{ key: cell, head, unit, number: true },
        cell: ({ armId }: NamedArm) =>
          meanCell(runsOf(calls.runs, armId), (counts) => number(counts[cell], 'mean-count')),
        child: (run: CalledRun) => counted(run, (counts) => count(counts[cell])),
      })),
      {
        ...{ key: 'wrong', head: 'Wrong', number: true },
        cell: ({ armId }) => meanCell(runsOf(calls.runs, armId), wrong),
        child: (run) => counted(run, wrong),
      },
    ],
  });
}

/** Of the mean of the runs' tables; a dash where a run has none. */
function meanCell(runs: readonly CalledRun[], show: (counts: Counts) => Cell): Cell {
  const tables = runs.flatMap(({ counts }) => counts ?? []);
  if (tables.length < runs.length) return missing(runs.find(({ counts }) => counts === null)?.why ?? null);
  const mean = (cell: ConfusionCell): number => tables.reduce((sum, each) => sum + each[cell], 0) / tables.length;
  return show({ tp: mean('tp'), fn: mean('fn'), fp: mean('fp'), tn: mean('tn') });
}

/** `∞` calls no image positive. */
export function thresholdCell(point: Pick<OperatingPoint, 'threshold'> | null, why: string | null): Cell {
  if (point === null) return missing(why);
  return point.threshold === null ? missing(null, '∞') : number(point.threshold, 'significant');
}

/** One heading a pair of arms, one row a seed. Null where no arm is compared with another. */
export function callTable({ details, arms }: DetailsInput): Table | null {
  if (details.calls.length === 0) return null;
  const nameOf = armCells(arms);
  const pairs = Map.groupBy(details.calls, ({ armA, armB }) => cellText(nameOf(armA, { against: armB })));
  return buildTable<CallComparison>({
    caption: 'Arms against each other at their frozen thresholds',
    notes: [
      `Threshold with ${RULE_WORDS[details.rule]}, run against run of the same seed: patients that only the first, and only the second, called rightly, among patients with a positive image (sensitivity) and without (specificity). A patient is called positive with any image at or above the threshold.`,
      'P: exact McNemar test, two-sided; adjusted by Holm’s method over all tests of this table. The tests are of these trained networks, not of the initialisation.',
    ],
    groupHead: 'arms',
    groups: [...pairs].map(([title, items]) => ({ title, items })),
    columns: [
      {
        ...{ key: 'run', head: 'Run' },
        cell: ({ armA, seed }) => {
          const runId = details.runs.find((run) => run.armId === armA && run.seed === seed)?.runId;
          return runId === undefined ? `seed ${seed}` : runCell(runId, `seed ${seed}`);
        },
      },
      ...callColumns<CallComparison>({ key: 'sensitivity', head: 'Sensitivity' }, ({ positive, why }) => ({
        ...positive,
        why,
      })),
      ...callColumns<CallComparison>({ key: 'specificity', head: 'Specificity' }, ({ negative, why }) => ({
        ...negative,
        why,
      })),
    ],
  });
}

interface Called extends Omit<CallTest, 'adjustedP'> {
  adjustedP?: number | null;
  why: string | null;
}

/** Patients (or rows) that one of two called rightly, and the test of that. */
export function callColumns<Item>(
  { key, head }: { key: string; head: string },
  testOf: (item: Item) => Called,
  { of = 'patients', adjusted = true }: { of?: string; adjusted?: boolean } = {},
): ColumnOf<Item>[] {
  const column = (part: string, unit: string, cell: (test: Called) => Cell) => ({
    ...{ key: `${key}_${part}`, head, unit, number: true },
    cell: (item: Item) => cell(testOf(item)),
  });
  return [
    column('only', 'only first, only second', ({ onlyA, onlyB }) => list([count(onlyA), count(onlyB)])),
    { ...column('patients', `of ${of}`, (test) => count(test.patients)), stacked: true },
    {
      ...column('p', '', ({ p, why }) => (p === null ? missing(why ?? 'No test: the two never disagree.') : pValue(p))),
      ...{ head: 'p', unit: head.toLowerCase() },
    },
    {
      ...column('p_holm', 'adjusted', ({ p, adjustedP }) => (p === null ? EMPTY : pValue(adjustedP))),
      ...{ head: 'p', stacked: true, when: adjusted },
    },
  ];
}

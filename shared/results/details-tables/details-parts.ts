/** What the tables of the details share: arms with their runs folded under them, and columns for rates, calibration and tested differences. Pure. */
import { formatCount } from '../../words/numbers.ts';
import { groupArms } from '../../study/arms.ts';
import { EMPTY, estimate, missing, pValue, run, share, type Cell } from '../../tables/cells.ts';
import type { ColumnOf } from '../../tables/table.ts';
import type { ArmResult } from '../results.ts';
import type {
  ArmDetails,
  CalibrationDetails,
  CalibrationMeans,
  DetailEstimate,
  RateName,
  StudyDetails,
  TestedDifference,
} from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';

export type NamedArm = Pick<ArmResult, 'armId' | 'model' | 'initLabel' | 'trainSize'>;

export interface DetailsInput {
  details: StudyDetails;
  /** All of the study, so that its tables and figures agree on names and marks. */
  arms: readonly NamedArm[];
}

/** Arms with a finished run, under their model and training-set size. */
export function detailGroups({ details, arms }: DetailsInput): { title: string; items: ArmDetails[] }[] {
  return groupArms(arms).map(({ title, arms: members }) => ({
    title,
    items: members.flatMap(({ armId }) => details.arms.filter((arm) => arm.armId === armId)),
  }));
}

export const runsOf = <Run extends { armId: string }>(runs: readonly Run[], armId: string): Run[] =>
  runs.filter((each) => each.armId === armId);

/** The first column: an arm, and a run of it. */
export function armColumn<Arm extends { armId: string }>(
  arms: DetailsInput['arms'],
): ColumnOf<Arm, { runId: string; seed: number }> {
  const nameOf = armCells(arms);
  return {
    ...{ key: 'arm', head: 'Arm' },
    cell: ({ armId }) => nameOf(armId, { name: 'init' }),
    child: ({ runId, seed }) => run(runId, `seed ${seed}`),
  };
}

export const drawsWords = ({ draws, seed }: Pick<StudyDetails, 'draws' | 'seed'>): string =>
  `bootstrap, ${formatCount(draws)} draws, seed ${seed}`;

/** What intervals of operating points carry beside test patients. */
export const thresholdsNote = ({ thresholds }: Pick<StudyDetails, 'thresholds'>): string =>
  thresholds === 'frozen'
    ? 'Intervals take the thresholds as given.'
    : 'Each draw also draws validation patients and chooses the threshold anew, so intervals carry the choice as well.';

export const meansNote = (details: StudyDetails): string =>
  `Means over the runs of each arm, with 95 % intervals over seeds and patients (hierarchical ${drawsWords(details)}).`;

/** Instead of what a column shows: why there is nothing. */
interface Absent {
  why: string | null;
}

/** Where columns find what they show. */
interface Reading<Item, Child, Found> {
  item: (item: Item) => Found | Absent | null | undefined;
  child?: (child: Child) => Found | Absent | null | undefined;
}

function read<Item, Child, Found extends object>(
  { item, child }: Reading<Item, Child, Found>,
  show: (found: Found) => Cell,
): Pick<ColumnOf<Item, Child>, 'cell' | 'child'> {
  const cell = (found: Found | Absent | null | undefined): Cell => {
    if (found == null) return missing();
    return 'why' in found ? missing(found.why) : show(found);
  };
  return { cell: (of) => cell(item(of)), ...(child === undefined ? {} : { child: (of) => cell(child(of)) }) };
}

export interface Rated {
  rates: Record<RateName, DetailEstimate>;
  /** Predictive values at the prevalence that was asked for. */
  atPrevalence: { ppv: DetailEstimate; npv: DetailEstimate } | null;
}

/** Sensitivity, specificity, predictive values (here and at a `prevalence`) and likelihood ratios. */
export function rateColumns<Item, Child = never>(
  reading: Reading<Item, Child, Rated>,
  prevalence: number | null = null,
): ColumnOf<Item, Child>[] {
  const rate = (key: RateName, head: string): ColumnOf<Item, Child> => ({
    ...{ key, head, number: true },
    ...read(reading, ({ rates }) => estimate(rates[key], { form: key.startsWith('lr') ? 'ratio' : 3 })),
  });
  const asked = (key: 'ppv' | 'npv', head: string): ColumnOf<Item, Child> => ({
    ...{ key: `${key}_at_${prevalence}`, head, unit: `at ${prevalence}`, number: true, when: prevalence !== null },
    ...read(reading, ({ atPrevalence }) => estimate(atPrevalence?.[key])),
  });
  return [
    ...[rate('sensitivity', 'Sensitivity'), rate('specificity', 'Specificity'), rate('ppv', 'PPV'), rate('npv', 'NPV')],
    ...[asked('ppv', 'PPV'), asked('npv', 'NPV'), rate('lrPositive', 'LR+'), rate('lrNegative', 'LR−')],
  ];
}

/** The expected calibration error has no interval. */
type Calibrated = Omit<CalibrationDetails, 'reliability'> | CalibrationMeans;

export function calibrationColumns<Item, Child = never>(
  reading: Reading<Item, Child, Calibrated>,
): ColumnOf<Item, Child>[] {
  const column = (key: 'brier' | 'scaledBrier' | 'intercept' | 'slope', head: string, form: number) => ({
    ...{ key, head, number: true },
    ...read(reading, (found) => estimate(found[key], { form })),
  });
  return [
    column('brier', 'Brier score', 3),
    column('scaledBrier', 'Scaled Brier', 3),
    column('intercept', 'Intercept', 2),
    column('slope', 'Slope', 2),
    {
      ...{ key: 'ece', head: 'ECE', number: true },
      ...read(reading, ({ ece }) => {
        const { value, why } = typeof ece === 'number' || ece === null ? { value: ece, why: null } : ece;
        return value === null ? missing(why) : share(value);
      }),
    },
  ];
}

export const CALIBRATION_NOTE =
  'Ideal: Brier score 0, scaled Brier 1 (0: as good as giving every image the prevalence; negative: worse), intercept 0, slope 1. ECE: expected calibration error in ten groups of equal size, above 0 even for a perfect model; it has no interval, since draws of it lie above it.';

/** A difference, its p-value and beneath that the adjusted one; nothing where it was not tested. */
export function testedColumns<Item>(
  column: { key: string; head: string },
  found: (item: Item) => TestedDifference | null | undefined,
): ColumnOf<Item>[] {
  const cell = (show: (test: TestedDifference) => Cell) => (item: Item) => {
    const test = found(item);
    return test == null ? EMPTY : show(test);
  };
  return [
    { ...column, number: true, cell: cell((test) => estimate(test, { signed: true })) },
    { key: `${column.key}_p`, head: 'p', number: true, cell: cell(({ p }) => pValue(p)) },
    {
      ...{ key: `${column.key}_p_holm`, head: 'p', unit: 'adjusted', number: true, stacked: true },
      cell: cell(({ adjustedP }) => pValue(adjustedP)),
    },
  ];
}

/**
 * How often the other nominal 95 % intervals hold the truth: `node test/peers/coverage/detail-intervals.ts [simulations]`, some minutes.
 * Binormal scores and a calibrated model; fixed numbers of patients with and without the finding, 1 or 2 images each, AUC 0.80 or 0.95.
 * `run`: one run; `arm`: three whose separation varies (SD 0.2). Prints the tables of docs/coverage.md.
 */
import { planArms } from '../../../main/analysis/bootstrap/arms.ts';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients, itemsAsPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { normalQuantile } from '../../../main/analysis/statistics/distributions.ts';
import { planKappa } from '../../../main/analysis/statistics/kappa.ts';
import { planStudyDetails } from '../../../main/analysis/study/study-details.ts';
import { stepsRatio } from '../../../shared/results/steps-ratio.ts';
import { RATE_NAMES, type ArmDetails, type DetailEstimate } from '../../../shared/results/study-details.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { draw, rowsOf, type Images } from './binormal-images.ts';
import { meanTruths, probabilityOf, RANGE, SEED_SD, truthsOf, truthsOfRules, type Truths } from './binormal-truths.ts';
import { print, Tally } from './tally.ts';

const SIMULATIONS = Number(process.argv[2] ?? 60);
const DRAWS = 200;
const SIZES = [
  [10, 40],
  [20, 80],
  [20, 180],
  [40, 60],
] as const;
const RUNS = 3;
const ENDPOINT = { id: 'e', name: 'E', positiveOutputs: [0], score: 'probability' as const, headline: true };

type Found = Record<string, DetailEstimate>;
const tally = new Tally();
const NAMES = new Map<string, string>();

/** `found` of every simulation of one setting. */
function add(kind: string, column: string, truths: Truths, found: readonly Found[]): void {
  for (const name of Object.keys(found[0] ?? {})) {
    const row = `${name}, ${kind}`;
    NAMES.set(row, name);
    const results = found.flatMap((numbers) => {
      const { value = null, low = null, high = null } = numbers[name] ?? {};
      return value === null || low === null || high === null
        ? []
        : [{ truth: truths[name] as number, ends: [low - 1e-9, high + 1e-9] as const }];
    });
    if (results.length > SIMULATIONS / 2) tally.add(row, column, results);
  }
}

/** Numbers of one simulated study: arm `one` with one run, arms `a` and `b` with several. */
function simulate(rng: RandomStream, sizes: readonly [number, number], images: number, model: number) {
  const prevalence = sizes[0] / (sizes[0] + sizes[1]);
  const probability = probabilityOf(model, prevalence);
  const shifts = [model, ...Array.from({ length: 2 * RUNS }, () => model + SEED_SD * rng.normal())];
  const test = draw(rng, sizes, images, shifts);
  // Two validation images that make every run choose one threshold, half-way.
  const validation: Images = { labels: [1, 0], patients: [0, 1], scores: shifts.map(() => [model / 2, -9]) };
  const armOf = (k: number): string => (k === 0 ? 'one' : k <= RUNS ? 'a' : 'b');
  const planned = planStudyDetails(
    {
      ...{ studyId: 's', endpoint: ENDPOINT, rule: 'youden', grades: null, range: RANGE },
      runs: shifts.map((_, k) => ({
        ...{ runId: `${k}`, armId: armOf(k), seed: k },
        test: rowsOf(test, k, probability, 'test'),
        validation: rowsOf(validation, k, probability, 'validation'),
      })),
      pairs: [{ armA: 'a', armB: 'b' }],
      attributes: new Map(
        test.patients.map((patient, i) => [
          `test${i}`,
          { sex: patient % 2 === 0 ? 'F' : 'M', age: null, view: null, site: null, eye: null },
        ]),
      ),
    },
    { draws: DRAWS, seed: rng.integer(1e9) },
  );
  if (planned === null) throw new Error('Expected finished runs.');
  const details = planned.read(bootstrapHere(planned.job));
  const numbersOf = (arm: ArmDetails): Found => ({
    ...Object.fromEntries(RATE_NAMES.map((name) => [name, arm.rules[0]?.rates[name] as DetailEstimate])),
    ...{ averagePrecision: arm.averagePrecision, brier: arm.brier, scaledBrier: arm.scaledBrier, slope: arm.slope },
    'net benefit at 0.1': arm.netBenefit[0] as DetailEstimate,
    'net benefit at 0.3': arm.netBenefit.at(-1) as DetailEstimate,
  });
  const [run] = details.runs;
  const [one, a] = details.arms as [ArmDetails, ArmDetails];
  const group = details.subgroups.find(({ why }) => why === null);
  const inGroup = (at: number): Found => {
    const arm = group?.arms[at];
    if (arm === undefined) return {};
    return {
      'AUC in a subgroup': arm,
      ...(arm.difference === null ? {} : { 'AUC, subgroup and rest': arm.difference }),
    };
  };
  const pair = group?.pairs[0]?.difference ?? null;
  const rates = run?.points[0]?.point?.rates;
  return {
    run: {
      ...{ ...numbersOf(one), ...rates, ...inGroup(0) },
      ...(run === undefined ? {} : { intercept: run.intercept, slope: run.slope }),
    } as Found,
    arm: {
      ...{ ...numbersOf(a), ...inGroup(1), ...aucs(test, rng.integer(1e9)) },
      ...(pair === null ? {} : { 'AUC, difference of differences': pair }),
    } as Found,
  };
}

/** Intervals over seeds and patients of the arms' AUCs. */
function aucs({ labels, patients, scores }: Images, seed: number): Found {
  const plan = createBootstrapPlan({ seed, draws: DRAWS, patients: indexPatients(patients), labels: [labels] });
  const arms = [scores.slice(1, RUNS + 1), scores.slice(RUNS + 1)].map((runs) => runs.map((run) => [run]));
  const drawn = planArms(plan, { labels: [{ labels }], scores: arms, seed })(bootstrapHere(plan.job()));
  return {
    AUC: drawn.mean(0).overSeedsAndPatients,
    'AUC, difference of arms': drawn.difference(0, 1).overSeedsAndPatients,
  };
}

/** At thresholds that draws choose anew: the truth is the rate at the threshold that the rule has in the population. */
function chosenAnew(rng: RandomStream, sizes: readonly [number, number], images: number, model: number): Found {
  const prevalence = sizes[0] / (sizes[0] + sizes[1]);
  const probability = probabilityOf(model, prevalence);
  const [test, validation] = [draw(rng, sizes, images, [model]), draw(rng, sizes, images, [model])];
  const found = (['frozen', 'chosen-anew'] as const).map((thresholds) => {
    const planned = planStudyDetails(
      {
        ...{ studyId: 's', endpoint: ENDPOINT, rule: 'youden', grades: null, range: RANGE, thresholds, pairs: [] },
        runs: [
          {
            ...{ runId: 'r', armId: 'a', seed: 0, test: rowsOf(test, 0, probability, 'test') },
            validation: rowsOf(validation, 0, probability, 'validation'),
          },
        ],
        attributes: new Map(),
      },
      { draws: DRAWS, seed: rng.integer(1e9) },
    );
    return planned?.read(bootstrapHere(planned.job)).runs[0]?.points ?? [];
  });
  return Object.fromEntries(
    found.flatMap((points, anew) =>
      points
        .filter(({ rule }) => ['youden', 'sensitivity:0.9', 'specificity:0.9'].includes(rule))
        .flatMap(({ rule, point }) =>
          (['sensitivity', 'specificity'] as const).map((name) => [
            `${name} by ${rule}${anew === 1 ? '' : ' (frozen)'}`,
            point?.rates[name] as DetailEstimate,
          ]),
        ),
    ),
  );
}

/** Five grades of equal width on a normal scale, read with an error; the truth from many draws. */
function kappas(): void {
  const gradeOf = (x: number): number => Math.min(4, Math.max(0, Math.round(1.2 * x + 1.2)));
  const read = (rng: RandomStream, images: number) => {
    const own = Array.from({ length: images }, () => rng.normal());
    return { truth: own.map(gradeOf), predicted: own.map((x) => gradeOf(x + 0.5 * rng.normal())) };
  };
  const kappaOf = (set: ReturnType<typeof read>, draws: number) => {
    const patients = itemsAsPatients(set.truth.length);
    const labels = set.truth.map((grade) => Number(grade >= 2));
    const plan = createBootstrapPlan({ seed: 1, draws, patients, labels: [labels] });
    return planKappa(plan, { ...set, grades: 5 })(bootstrapHere(plan.job()));
  };
  const { value } = kappaOf(read(new RandomStream(5, 'truth'), 3e5), 1);
  for (const images of [50, 100, 200]) {
    const rng = new RandomStream(5, 'kappa', images);
    const found = Array.from({ length: SIMULATIONS }, () => ({ kappa: kappaOf(read(rng, images), DRAWS) }));
    add('run', `${images} images`, { kappa: value ?? NaN }, found);
  }
}

/** Steps to the threshold, log-normal (SD 0.4), twice as many in B, scored every twentieth of A's median. */
function ratios(): void {
  for (const runs of [3, 5, 10]) {
    const rng = new RandomStream(5, 'steps', runs);
    const steps = (median: number) =>
      Array.from({ length: runs }, () => ({
        steps: Math.ceil(20 * median * Math.exp(0.4 * rng.normal())),
        reached: true,
      }));
    const found = Array.from({ length: SIMULATIONS }, () => {
      const { ratio, low, high } = stepsRatio(steps(1), steps(2));
      return { 'ratio of steps': { value: ratio, low, high, why: null } };
    });
    add('arm', `${runs} runs`, { 'ratio of steps': 0.5 }, found);
  }
}

for (const sizes of SIZES) {
  for (const images of [1, 2]) {
    for (const auc of [0.8, 0.95]) {
      const model = normalQuantile(auc) * Math.SQRT2;
      const prevalence = sizes[0] / (sizes[0] + sizes[1]);
      const rng = new RandomStream(4, ...sizes, images, auc);
      const column = sizes.join(' / ');
      const studies = Array.from({ length: SIMULATIONS }, () => simulate(rng, sizes, images, model));
      add(
        'run',
        column,
        truthsOf(model, model, prevalence),
        studies.map(({ run }) => run),
      );
      add(
        'arm',
        column,
        meanTruths(model, prevalence),
        studies.map(({ arm }) => arm),
      );
      const anew = Array.from({ length: SIMULATIONS }, () => chosenAnew(rng, sizes, images, model));
      add('threshold', column, truthsOfRules(model), anew);
    }
  }
}
kappas();
ratios();

const table = (columns: readonly string[], rows: readonly string[]): void =>
  print(
    ['', ...columns],
    rows.map((row) => [row, ...columns.map((column) => tally.mean(row, column))]),
  );
const rows = [...NAMES.keys()];
const sizes = SIZES.map((each) => each.join(' / '));
table(
  sizes,
  rows.filter((row) => row.endsWith(', run') && !row.startsWith('kappa')),
);
table(
  sizes,
  rows.filter((row) => row.endsWith(', arm') && !row.startsWith('ratio')),
);
table(
  sizes,
  rows.filter((row) => row.endsWith(', threshold')),
);
table(
  ['50 images', '100 images', '200 images'],
  rows.filter((row) => row.startsWith('kappa')),
);
table(
  ['3 runs', '5 runs', '10 runs'],
  rows.filter((row) => row.startsWith('ratio')),
);

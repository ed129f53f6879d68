/**
 * How often nominal 95 % intervals hold the truth, by simulation: `node test/peers/coverage/auc-intervals.ts [simulations]`, some minutes.
 * Binormal scores, patients with 1, 2 or 6 images (half of the variance is the patient's), with and without ties. Prints the tables of
 * docs/coverage.md as Markdown; the candidates that were not chosen stand beside the one that is shown.
 */
import { estimateAuc } from '../../../main/analysis/statistics/auc.ts';
import { comparePaired } from '../../../main/analysis/statistics/comparison.ts';
import { expit, normalCdf, normalQuantile } from '../../../main/analysis/statistics/distributions.ts';
import { Z95 } from '../../../main/analysis/statistics/normal.ts';
import { placements, type Placements } from '../../../main/analysis/statistics/placements.ts';
import { buildClusters } from '../../../main/analysis/statistics/variance.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { print, Tally, type Ends } from './tally.ts';

interface TestSet {
  labels: number[];
  patients: number[];
  /** Score vectors on the same images. */
  scores: number[][];
}

const SIMULATIONS = Number(process.argv[2] ?? 2000);
const SIZES = [
  [5, 45],
  [10, 40],
  [10, 190],
  [20, 180],
  [40, 60],
  [50, 450],
  [500, 500],
] as const;
const IMAGES = [1, 2, 6];
const LEVELS = 5;

/** Test images of `sizes` patients; `correlation` of the score vectors within a class. */
function draw(
  rng: RandomStream,
  [positives, negatives]: readonly [number, number],
  images: number,
  shifts: readonly number[],
  correlation: number,
): TestSet {
  const set: TestSet = { labels: [], patients: [], scores: shifts.map(() => []) };
  const own = Math.sqrt(images === 1 ? 1 : 0.5);
  const shared = Math.sqrt(images === 1 ? 0 : 0.5);
  for (let patient = 0; patient < positives + negatives; patient++) {
    const label = patient < positives ? 1 : 0;
    const common = rng.normal();
    const each = shifts.map(() => rng.normal());
    for (let image = 0; image < images; image++) {
      set.labels.push(label);
      set.patients.push(patient);
      const imageCommon = shared * common + own * rng.normal();
      for (const [k, shift] of shifts.entries()) {
        const imageOwn = shared * (each[k] as number) + own * rng.normal();
        const noise = Math.sqrt(correlation) * imageCommon + Math.sqrt(1 - correlation) * imageOwn;
        (set.scores[k] as number[]).push(label * shift + noise);
      }
    }
  }
  return set;
}

const shiftOf = (auc: number): number => normalQuantile(auc) * Math.SQRT2;

/** Scores cut into five levels, and the AUC that these have. */
function cut(shift: number): { level: (score: number) => number; auc: number } {
  const edges = Array.from({ length: LEVELS - 1 }, (_, i) => shift / 2 + (i - (LEVELS - 2) / 2) * 0.8);
  const shares = (mean: number): number[] => {
    const below = [0, ...edges.map((edge) => normalCdf(edge - mean)), 1];
    return below.slice(1).map((value, i) => value - (below[i] as number));
  };
  const [positive, negative] = [shares(shift), shares(0)];
  let auc = 0;
  let under = 0;
  for (const [i, share] of positive.entries()) {
    auc += share * (under + (negative[i] as number) / 2);
    under += negative[i] as number;
  }
  return { level: (score) => edges.filter((edge) => score > edge).length, auc };
}

/** What else could be shown; one image per patient only where it does not know patients. */
const CANDIDATES: Record<string, (set: TestSet, images: number) => Ends | null> = {
  Wald: (set, images) => {
    const { auc, se } = estimateOf(set, images);
    return auc === null || se === null ? null : [auc - Z95 * se, auc + Z95 * se];
  },
  'logit DeLong': (set, images) => {
    const { auc, se } = estimateOf(set, images);
    if (auc === null || se === null || auc === 1) return [1, 1];
    const [centre, reach] = [Math.log(auc / (1 - auc)), (Z95 * se) / (auc * (1 - auc))];
    return [expit(centre - reach), expit(centre + reach)];
  },
  'modified Wald': ({ labels, scores }, images) => {
    if (images > 1) return null;
    const { auc } = placementsOf(labels, scores[0] as number[]);
    const m = labels.reduce((sum, label) => sum + label, 0);
    return modifiedWald(auc, m, labels.length - m);
  },
  'Newcombe 5': ({ labels, scores }, images) => {
    if (images > 1) return null;
    const m = labels.reduce((sum, label) => sum + label, 0);
    return newcombe(placementsOf(labels, scores[0] as number[]).auc, m, labels.length - m);
  },
  'empirical likelihood': (set, images) => (images > 1 ? null : empiricalLikelihood(set)),
  'percentile bootstrap': (set, images) => (images > 1 ? null : bootstraps(set).percentile),
  'BCa bootstrap': (set, images) => (images > 1 ? null : bootstraps(set).bca),
  'this app': (set, images) => {
    const { low, high } = estimateOf(set, images);
    return low === null || high === null ? null : [low, high];
  },
};

function estimateOf({ labels, patients, scores }: TestSet, images: number) {
  return estimateAuc(labels, scores[0] as number[], images > 1 ? patients : undefined);
}

const placementsOf = (labels: number[], scores: number[]): Placements => placements(labels, scores) as Placements;

function newcombe(auc: number, m: number, n: number): Ends {
  const mean = (m + n) / 2;
  const se = (a: number): number =>
    Math.sqrt((a * (1 - a) * (1 + (mean - 1) * ((1 - a) / (2 - a) + a / (1 + a)))) / (m * n));
  const solve = (inside: number, outside: number): number => {
    let [near, far] = [inside, outside];
    for (let i = 0; i < 50; i++) {
      const middle = (near + far) / 2;
      if (Math.abs(auc - middle) > Z95 * se(middle)) far = middle;
      else near = middle;
    }
    return far;
  };
  return [solve(auc, 0), solve(auc, 1)];
}

/**
 * Kottas, Kuss and Zapf (BMC Medical Research Methodology 2014;14:26): Wald's interval for a proportion, the AUC being one, from the number
 * of both classes, with a continuity correction; cut at 0 and 1.
 */
function modifiedWald(auc: number, m: number, n: number): Ends {
  const reach = Z95 * Math.sqrt((auc * (1 - auc)) / (0.75 * (m + n) - 1));
  const correction = 1 / (2 * (m + n));
  return [Math.max(0, auc - reach - correction), Math.min(1, auc + reach + correction)];
}

/** Qin and Zhou (Biometrics 2006;62:613-622): the empirical likelihood of the mean placement of the positives, scaled by DeLong's variance. */
function empiricalLikelihood({ labels, scores }: TestSet): Ends {
  const values = placementsOf(labels, scores[0] as number[]).positives;
  const { auc, se } = estimateAuc(labels, scores[0] as number[]);
  if (auc === null || se === null || se === 0) return [auc ?? 0, auc ?? 0];
  const outside = (theta: number): boolean => {
    const centred = Array.from(values, (value) => value - theta);
    const [least, most] = [Math.min(...centred), Math.max(...centred)];
    if (least >= 0 || most <= 0) return true;
    let [low, high] = [-1 / most + 1e-9, -1 / least - 1e-9];
    for (let i = 0; i < 60; i++) {
      const lambda = (low + high) / 2;
      if (centred.reduce((sum, w) => sum + w / (1 + lambda * w), 0) > 0) low = lambda;
      else high = lambda;
    }
    const ratio = 2 * centred.reduce((sum, w) => sum + Math.log(1 + low * w), 0);
    const scale = centred.reduce((sum, w) => sum + w * w, 0) / values.length ** 2 / se ** 2;
    return ratio * scale > Z95 ** 2;
  };
  const edge = (to: number): number => {
    let [inside, out] = [auc, to];
    for (let i = 0; i < 30; i++) {
      const middle = (inside + out) / 2;
      if (outside(middle)) out = middle;
      else inside = middle;
    }
    return out;
  };
  return [edge(0), edge(1)];
}

const DRAWS = 400;
let drawn: { set: TestSet; percentile: Ends; bca: Ends } | null = null;

/** Stratified by class, as the app's; acceleration from the placement values (the jackknife of a U-statistic to first order). */
function bootstraps(set: TestSet): { percentile: Ends; bca: Ends } {
  if (drawn?.set === set) return drawn;
  const scores = set.scores[0] as number[];
  const part = placementsOf(set.labels, scores);
  const rng = new RandomStream(7, scores.length, Math.round(part.auc * 1e6));
  const [pos, neg] = [1, 0].map((label) => scores.filter((_, i) => set.labels[i] === label)) as [number[], number[]];
  const pick = (list: number[]): number[] => list.map(() => list[Math.floor(rng.uniform() * list.length)] as number);
  const labels = [...pos.map(() => 1), ...neg.map(() => 0)];
  const aucs = Array.from({ length: DRAWS }, () => placementsOf(labels, [...pick(pos), ...pick(neg)]).auc).sort(
    (a, b) => a - b,
  );
  const at = (p: number): number => aucs[Math.min(DRAWS - 1, Math.max(0, Math.round(p * DRAWS - 0.5)))] as number;
  const below = aucs.filter((auc) => auc < part.auc).length + aucs.filter((auc) => auc === part.auc).length / 2;
  const bias = normalQuantile(Math.min(1 - 0.5 / DRAWS, Math.max(0.5 / DRAWS, below / DRAWS)));
  const influence = [
    ...Array.from(part.positives, (v) => (v - part.auc) / pos.length),
    ...Array.from(part.negatives, (v) => (v - part.auc) / neg.length),
  ];
  const [squares, cubes] = [2, 3].map((power) => influence.reduce((sum, v) => sum + v ** power, 0)) as [number, number];
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  const moved = (z: number): number => at(normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z))));
  drawn = { set, percentile: [at(0.025), at(0.975)], bca: [moved(-Z95), moved(Z95)] };
  return drawn;
}

function singleAucs(): void {
  const tally = new Tally();
  for (const sizes of SIZES) {
    for (const images of IMAGES) {
      for (const auc of [0.8, 0.9, 0.95, 0.99]) {
        for (const ties of [false, true]) {
          const rng = new RandomStream(1, 'single', ...sizes, images, auc, Number(ties));
          const shift = shiftOf(auc);
          const cutting = cut(shift);
          const truth = ties ? cutting.auc : auc;
          const found = new Map<string, { truth: number; ends: Ends }[]>();
          for (let i = 0; i < SIMULATIONS; i++) {
            const set = draw(rng, sizes, images, [shift], 0);
            if (ties) set.scores = set.scores.map((scores) => scores.map(cutting.level));
            for (const [name, interval] of Object.entries(CANDIDATES)) {
              // The bootstraps and the likelihood cost a hundred times as much, and fewer simulations show what they are.
              if (/bootstrap|likelihood/.test(name) && (i % 10 > 0 || sizes[1] > 200)) continue;
              const ends = interval(set, images);
              if (ends !== null) found.set(name, [...(found.get(name) ?? []), { truth, ends }]);
            }
          }
          for (const [name, results] of found) tally.add(sizes.join(' / '), name, results);
        }
      }
    }
  }
  const names = Object.keys(CANDIDATES);
  const rows = SIZES.map((sizes) => {
    const row = sizes.join(' / ');
    return [row, ...names.map((name) => tally.text(row, name, name === 'this app'))];
  });
  print(['patients with / without', ...names], rows);
}

function differences(): void {
  const tally = new Tally();
  const pairs = [
    [0.8, 0.8],
    [0.85, 0.8],
    [0.95, 0.9],
    [0.99, 0.95],
  ] as const;
  for (const sizes of SIZES.slice(1)) {
    for (const images of IMAGES) {
      for (const [a, b] of pairs) {
        for (const correlation of [0, 0.5]) {
          const rng = new RandomStream(1, 'difference', ...sizes, images, a, b, correlation);
          const results = Array.from({ length: SIMULATIONS / 4 }, () => {
            const { labels, patients, scores } = draw(rng, sizes, images, [shiftOf(a), shiftOf(b)], correlation);
            const [partA, partB] = scores.map((vector) => placementsOf(labels, vector)) as [Placements, Placements];
            const clusters = images > 1 ? buildClusters(labels, patients) : null;
            const { difference, se, low, high } = comparePaired([partA], [partB], clusters);
            const reach = Z95 * (se ?? 0);
            return { wald: [difference - reach, difference + reach], shown: [low ?? -1, high ?? 1] } as const;
          });
          const truth = a - b;
          const row = sizes.join(' / ');
          tally.add(
            row,
            'Wald',
            results.map(({ wald }) => ({ truth, ends: wald })),
          );
          tally.add(
            row,
            'this app',
            results.map(({ shown }) => ({ truth, ends: shown })),
          );
        }
      }
    }
  }
  const rows = SIZES.slice(1).map((sizes) => {
    const row = sizes.join(' / ');
    return [row, tally.text(row, 'Wald'), tally.text(row, 'this app', true)];
  });
  print(['patients with / without', 'Wald', 'this app'], rows);
}

singleAucs();
differences();

/** What a linear model can know of an image's label without looking at any structure: twelve statistics of the whole image. */
import { auc } from '../../../main/analysis/statistics/auc.ts';
import { expit } from '../../../main/analysis/statistics/distributions.ts';
import type { PhantomImage } from '../../../main/phantoms/image.ts';

/** Mean, standard deviation, skewness and mean gradient magnitude of each of R, G, B: 12 numbers (4 of a grey image). */
export function globalStatistics({ data, width, height, channels }: PhantomImage): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const at = (x: number, y: number) => data[(y * width + x) * channels + channel] as number;
    const count = width * height;
    let [sum, gradient] = [0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        sum += at(x, y);
        if (x + 1 < width && y + 1 < height)
          gradient += Math.hypot(at(x + 1, y) - at(x, y), at(x, y + 1) - at(x, y)) / count;
      }
    }
    const mean = sum / count;
    let [second, third] = [0, 0];
    for (let i = channel; i < data.length; i += channels) {
      const away = (data[i] as number) - mean;
      second += away ** 2 / count;
      third += away ** 3 / count;
    }
    return [mean, Math.sqrt(second), third / second ** 1.5, gradient];
  }).flat();
}

export interface Example {
  features: readonly number[];
  label: boolean;
  patient: number;
}

const FOLDS = 5;
/** Weight of the penalty beside the sum of the log-likelihood, on standardised features. */
const RIDGE = 1;

/** AUC of a ridge-penalised logistic regression on patients that it was not fitted to: the mean of five folds. */
export function linearAuc(examples: readonly Example[]): number {
  const aucs = Array.from({ length: FOLDS }, (_, fold) => {
    const seen = examples.filter(({ patient }) => patient % FOLDS !== fold);
    const unseen = examples.filter(({ patient }) => patient % FOLDS === fold);
    const score = fitScore(seen);
    const labels = unseen.map(({ label }) => Number(label));
    return auc(labels, unseen.map(({ features }) => score(features))) as number; // prettier-ignore
  });
  return aucs.reduce((sum, value) => sum + value, 0) / FOLDS;
}

/** Newton's method on standardised features; returns the linear predictor. */
function fitScore(examples: readonly Example[]): (features: readonly number[]) => number {
  const count = examples.length;
  const size = (examples[0] as Example).features.length;
  const moments = Array.from({ length: size }, (_, k) => {
    const values = examples.map(({ features }) => features[k] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count) || 1 };
  });
  const standardise = (features: readonly number[]) => [
    1,
    ...moments.map(({ mean, deviation }, k) => ((features[k] as number) - mean) / deviation),
  ];
  const rows = examples.map(({ features, label }) => ({ x: standardise(features), y: Number(label) }));
  const beta = new Array<number>(size + 1).fill(0);
  const predict = (x: readonly number[]) => x.reduce((sum, value, k) => sum + value * (beta[k] as number), 0);
  for (let iteration = 0; iteration < 8; iteration++) {
    const system = beta.map((value, k) => {
      const row = new Array<number>(size + 2).fill(0);
      row[k] = k === 0 ? 0 : RIDGE;
      row[size + 1] = k === 0 ? 0 : -RIDGE * value;
      return row;
    });
    for (const { x, y } of rows) {
      const p = expit(predict(x));
      system.forEach((row, k) => {
        x.forEach((value, j) => (row[j] = (row[j] as number) + p * (1 - p) * (x[k] as number) * value));
        row[size + 1] = (row[size + 1] as number) + (x[k] as number) * (y - p);
      });
    }
    solve(system).forEach((change, k) => (beta[k] = (beta[k] as number) + change));
  }
  return (features) => predict(standardise(features));
}

/** Gauss-Jordan elimination of a positive definite system whose last column is the right-hand side. */
function solve(system: number[][]): number[] {
  system.forEach((pivot, k) => {
    const lead = pivot[k] as number;
    for (let j = k; j < pivot.length; j++) pivot[j] = (pivot[j] as number) / lead;
    system.forEach((row, i) => {
      const factor = row[k] as number;
      if (i !== k) for (let j = k; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    });
  });
  return system.map((row) => row.at(-1) as number);
}

/**
 * A bootstrap as data, and its computation for a range of draws. What a draw yields is a row of numbers, from which every interval
 * follows afterwards: rank statistics (AUC, average precision) of each column, weighted sums over patients, whose ratios are
 * the statistics that are means or counts (sensitivity, Brier score, kappa, net benefit), and counts at thresholds chosen anew.
 */
import { CELL_COUNT, countChosen, type ChosenColumn } from './chosen-thresholds.ts';
import { weightedAuc, weightedAveragePrecision, type RankedScores } from './ranked.ts';
import { drawPatients, type PatientSampling } from './sampling.ts';

export interface RankedColumn {
  statistic: 'auc' | 'average-precision';
  scores: RankedScores;
}

/** Plain data: a worker thread can be given it. */
export interface BootstrapJob {
  sampling: PatientSampling;
  /** Number of draws; 2,000 by default everywhere. */
  draws: number;
  columns: readonly RankedColumn[];
  /** Patients x count, row-major: what each patient adds to each sum. */
  sums: { count: number; byPatient: Float64Array };
  /** Thresholds that are chosen anew in every draw, on drawn validation patients. */
  chosen?: { sampling: PatientSampling; columns: readonly ChosenColumn[] };
}

export const DEFAULT_DRAWS = 2000;

/** No sums. */
export const NO_SUMS: BootstrapJob['sums'] = { count: 0, byPatient: new Float64Array(0) };

/** Numbers that a draw yields: columns first, then sums, then four counts of each chosen threshold. */
export const rowLength = (job: BootstrapJob): number =>
  job.columns.length + job.sums.count + CELL_COUNT * (job.chosen?.columns.length ?? 0);

/**
 * Computes draws `from` (inclusive) to `to` (exclusive) into `into` (draws x row length, row-major). A statistic that is undefined
 * in a draw (a class is missing) is NaN there.
 */
export function computeDraws(job: BootstrapJob, from: number, to: number, into: Float64Array): void {
  const { sampling, columns, sums, chosen } = job;
  const width = rowLength(job);
  const weights = new Uint32Array(sampling.patients);
  const validation = new Uint32Array(chosen?.sampling.patients ?? 0);
  for (let draw = from; draw < to; draw++) {
    drawPatients(sampling, draw, weights);
    const row = draw * width;
    for (let c = 0; c < columns.length; c++) {
      const { statistic, scores } = columns[c] as RankedColumn;
      into[row + c] = statistic === 'auc' ? weightedAuc(scores, weights) : weightedAveragePrecision(scores, weights);
    }
    if (sums.count > 0) addSums(sums, weights, into, row + columns.length);
    if (chosen === undefined) continue;
    drawPatients(chosen.sampling, draw, validation);
    chosen.columns.forEach((column, index) => {
      const at = row + columns.length + sums.count + CELL_COUNT * index;
      countChosen(column, { validation, test: weights }, into, at);
    });
  }
}

function addSums({ count, byPatient }: BootstrapJob['sums'], weights: Uint32Array, into: Float64Array, at: number) {
  into.fill(0, at, at + count);
  for (let patient = 0, source = 0; patient < weights.length; patient++, source += count) {
    const weight = weights[patient] as number;
    if (weight === 0) continue;
    for (let s = 0; s < count; s++) (into[at + s] as number) += weight * (byPatient[source + s] as number);
  }
}

/** What all draws of a job yielded. */
export class BootstrapDraws {
  readonly draws: number;
  readonly #values: Float64Array;
  readonly #columns: number;
  readonly #sums: number;
  readonly #width: number;

  /** `values`: draws x row length, as {@link computeDraws} fills them. */
  constructor(job: BootstrapJob, values: Float64Array) {
    this.draws = job.draws;
    this.#values = values;
    this.#columns = job.columns.length;
    this.#sums = job.sums.count;
    this.#width = rowLength(job);
  }

  /** One rank statistic of every draw; NaN where undefined. */
  column(index: number): Float64Array {
    return this.#pick(index);
  }

  /** One weighted sum of every draw. */
  sum(index: number): Float64Array {
    return this.#pick(this.#columns + index);
  }

  /** One count (0 to 3: true and false positives, true and false negatives) at one chosen threshold, of every draw. */
  chosen(index: number, cell: number): Float64Array {
    return this.#pick(this.#columns + this.#sums + CELL_COUNT * index + cell);
  }

  #pick(offset: number): Float64Array {
    return Float64Array.from({ length: this.draws }, (_, draw) => this.#values[draw * this.#width + offset] as number);
  }
}

/** All draws in this thread. For interactive use: `main/resampling`, which spreads them over worker threads. */
export function bootstrapHere(job: BootstrapJob): BootstrapDraws {
  const values = new Float64Array(job.draws * rowLength(job));
  computeDraws(job, 0, job.draws, values);
  return new BootstrapDraws(job, values);
}

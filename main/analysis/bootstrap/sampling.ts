/**
 * Which patients a bootstrap draw takes. Patients are drawn with replacement and bring all their images, so a draw is one
 * whole number per patient: how often it was drawn. Stratified by patients with and without a positive image, which keeps
 * both classes in nearly every draw. The number of patients with a positive image is then fixed, so that standard errors come out a few
 * per cent below those of unstratified draws (`strata: 'none'`) where such patients are few.
 *
 * Draw b of a seed is a function of (seed, b) and of the strata only: the same draws serve every model, every statistic and
 * every number of threads, so that differences are paired.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13; `reference/statistics.md`, item 4.
 */
import { RandomStream } from '../../../shared/system/random.ts';

export interface PatientIndex {
  /** Number of patients. */
  count: number;
  /** Patient (0..count-1, in order of appearance) of each item. */
  ofItems: Uint32Array;
}

/** Numbers the patients named by `names` (one name per item). */
export function indexPatients(names: ArrayLike<string | number>): PatientIndex {
  const index = new Map<string | number, number>();
  const ofItems = new Uint32Array(names.length);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string | number;
    let patient = index.get(name);
    if (patient === undefined) {
      patient = index.size;
      index.set(name, patient);
    }
    ofItems[i] = patient;
  }
  return { count: index.size, ofItems };
}

/** Every item its own patient: the bootstrap of independent items. */
export function itemsAsPatients(items: number): PatientIndex {
  return { count: items, ofItems: Uint32Array.from({ length: items }, (_, i) => i) };
}

export interface PatientSampling {
  seed: number;
  patients: number;
  /** Patients of each stratum that is not empty; every patient is in one. */
  strata: Uint32Array[];
  /** Names the stream of random numbers, so that validation patients are drawn independently of the test patients. */
  stream: 'bootstrap-patients' | 'bootstrap-validation-patients';
}

/** `positive`: patients with and without a positive item, each drawn on their own. `none`: all patients alike. */
export type Strata = 'positive' | 'none';

/**
 * Strata: patients with any positive item, and the others. `labels` holds one list per label (endpoint), each with one value per
 * item of `patients`; null (unknown) is no positive. With several lists a positive of any of them counts.
 */
export function planSampling(params: {
  seed: number;
  patients: PatientIndex;
  labels: readonly ArrayLike<number | null>[];
  strata?: Strata;
  stream?: PatientSampling['stream'];
}): PatientSampling {
  const { seed, patients, labels, strata = 'positive', stream = 'bootstrap-patients' } = params;
  const positive = new Uint8Array(patients.count);
  for (const list of labels) {
    if (list.length !== patients.ofItems.length) {
      throw new RangeError(`Expected one label per item, got ${list.length} for ${patients.ofItems.length} items.`);
    }
    for (let i = 0; i < list.length; i++) if (list[i] === 1) positive[patients.ofItems[i] as number] = 1;
  }
  const all = Uint32Array.from({ length: patients.count }, (_, patient) => patient);
  const groups = strata === 'none' ? [all] : [0, 1].map((value) => all.filter((p) => positive[p] === value));
  return { seed, stream, patients: patients.count, strata: groups.filter((members) => members.length > 0) };
}

/** Writes how often draw number `draw` (from 0) took each patient into `weights` (length: patients). */
export function drawPatients(sampling: PatientSampling, draw: number, weights: Uint32Array): void {
  weights.fill(0);
  const stream = new RandomStream(sampling.seed, sampling.stream, draw);
  for (const members of sampling.strata) {
    const size = members.length;
    for (let i = 0; i < size; i++) (weights[members[stream.integer(size)] as number] as number)++;
  }
}

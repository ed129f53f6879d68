/** Training subsets for studies of data size: nested, stratified, whole patients first. */
import type { LabelValue } from './dataset.ts';
import { AppError } from '../system/errors.ts';
import { RandomStream } from '../system/random.ts';

export interface SubsetImage {
  id: string;
  patient: number;
  labels: readonly LabelValue[];
}

/**
 * What patients are stratified by: every output that any of the patient's images has as 1. For grades and classes this is
 * the highest one only, so that a patient counts by the worse eye.
 */
export function patientStratum(labels: readonly (readonly LabelValue[])[], exclusive: boolean): string {
  const present = new Set<number>();
  for (const row of labels) row.forEach((label, output) => label === 1 && present.add(output));
  const outputs = [...present].sort((a, b) => a - b);
  return exclusive ? String(outputs.at(-1) ?? '-') : outputs.join('+') || '-';
}

/** Mutually exclusive outputs: every image has at most one 1. */
function isExclusive(images: readonly SubsetImage[]): boolean {
  return images.every((image) => image.labels.filter((label) => label === 1).length <= 1);
}

/**
 * Exactly `size` of the training images `images`, in their given order.
 *
 * Patients are put into one seeded order in which every prefix holds each stratum in about its share (patient `i` of the `n`
 * in a stratum, shuffled, stands at `(i + 1/2) / n`); the first `size` images in that order are taken. So a smaller subset is part
 * of every larger one of the same seed, and at most one patient is taken with only some of its images. The order depends
 * on `seed`, the ids and the labels, and not on the order of `images`.
 *
 * @throws AppError `bad-input` when `size` is not between 1 and the number of images.
 */
export function trainingSubset<T extends SubsetImage>(images: readonly T[], size: number | 'all', seed: number): T[] {
  if (size === 'all' || size === images.length) return [...images];
  if (!Number.isInteger(size) || size < 1 || size > images.length) {
    throw new AppError(
      'bad-input',
      `Expected a training size between 1 and the ${images.length} images of the training split, got ${size}.`,
      { action: 'Choose a smaller training size, or "all".' },
    );
  }
  const chosen = new Set<T>();
  for (const patient of orderPatients(images, seed)) {
    for (const image of patient) {
      if (chosen.size === size) break;
      chosen.add(image);
    }
  }
  return images.filter((image) => chosen.has(image));
}

function orderPatients<T extends SubsetImage>(images: readonly T[], seed: number): T[][] {
  const exclusive = isExclusive(images);
  const sorted = [...images].sort((a, b) => compareText(a.id, b.id));
  const strata = new Map<string, { first: string; images: T[]; draw: number }[]>();
  for (const patient of Map.groupBy(sorted, (image) => image.patient).values()) {
    const first = (patient[0] as T).id;
    const stratum = patientStratum(
      patient.map((image) => image.labels),
      exclusive,
    );
    const entry = { first, images: patient, draw: new RandomStream(seed, 'training-subset', first).uniform() };
    const members = strata.get(stratum);
    if (members) members.push(entry);
    else strata.set(stratum, [entry]);
  }
  const placed = [...strata.values()].flatMap((members) =>
    members
      .sort((a, b) => a.draw - b.draw || compareText(a.first, b.first))
      .map((member, i) => ({ ...member, place: (i + 0.5) / members.length })),
  );
  return placed
    .sort((a, b) => a.place - b.place || a.draw - b.draw || compareText(a.first, b.first))
    .map((p) => p.images);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

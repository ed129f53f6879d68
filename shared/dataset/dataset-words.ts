/** Words for what an import finds. */
import { countOf } from '../words/numbers.ts';
import type { Endpoint, Modality, OutputCounts, Split, Target } from './dataset.ts';

export const MODALITY_WORDS: Record<Modality, string> = {
  fundus: 'Fundus photographs',
  cxr: 'Chest x-rays',
  other: 'Other images',
};

export const SPLIT_WORDS: Record<Split, string> = { train: 'Training', validation: 'Validation', test: 'Test' };

export const headlineOf = (target: Target): Endpoint[] => target.endpoints.filter((endpoint) => endpoint.headline);

/** `5 grades, headline: referable DR`. */
export function describeTarget(target: Target): string {
  const noun = { ordinal: 'grades', classes: 'classes', multilabel: 'findings' }[target.kind];
  const headline = headlineOf(target);
  const first = headline[0]?.name;
  if (first === undefined) return `${target.outputs.length} ${noun}`;
  return `${target.outputs.length} ${noun}, scored: ${headline.length === 1 ? first : `${headline.length} endpoints`}`;
}

export const knownOf = (counts: Pick<OutputCounts, 'positive' | 'negative'>): number =>
  counts.positive + counts.negative;

/** `1,204 images of 602 patients`; where each image has a patient of its own, the images are enough. */
export function imagesOfPatients(images: number, patients: number | null): string {
  const text = countOf(images, 'image');
  return patients === null || patients === images ? text : `${text} of ${countOf(patients, 'patient')}`;
}

/** `3` of graded images reads as `Grade 3`; names stay as they are. */
export function outputWord(target: Pick<Target, 'kind'>, output: string): string {
  return target.kind === 'ordinal' && /^\d+$/.test(output) ? `Grade ${output}` : output;
}

/** The labels of one image in words: the grade's or class's name, or the findings that are present. */
export function describeLabels(target: Target, labels: readonly (0 | 1 | null)[]): string {
  const present = target.outputs.filter((_, index) => labels[index] === 1).map((name) => outputWord(target, name));
  const unknown = labels.filter((value) => value === null).length;
  const words = present.length > 0 ? present.join(', ') : target.kind === 'multilabel' ? 'No finding' : 'No label';
  return unknown > 0 ? `${words} (${unknown} unknown)` : words;
}

/** Images with binormal scores of several runs, and their predictions. */
import type { Prediction } from '../../../shared/run/run.ts';
import type { RandomStream } from '../../../shared/system/random.ts';

export interface Images {
  labels: number[];
  patients: number[];
  /** By run. */
  scores: number[][];
}

/** Images of `shifts.length` runs, whose scores correlate by 0.7 within a class. */
export function draw(
  rng: RandomStream,
  sizes: readonly [number, number],
  images: number,
  shifts: readonly number[],
): Images {
  const set: Images = { labels: [], patients: [], scores: shifts.map(() => []) };
  for (let patient = 0; patient < sizes[0] + sizes[1]; patient++) {
    const label = patient < sizes[0] ? 1 : 0;
    const ofPatient = [rng.normal(), ...shifts.map(() => rng.normal())];
    for (let image = 0; image < images; image++) {
      set.labels.push(label);
      set.patients.push(patient);
      const ofImage = ofPatient.map((value) => (images === 1 ? value : (value + rng.normal()) * Math.SQRT1_2));
      for (const [k, shift] of shifts.entries()) {
        const noise = Math.sqrt(0.7) * (ofImage[0] as number) + Math.sqrt(0.3) * (ofImage[k + 1] as number);
        (set.scores[k] as number[]).push(label * shift + noise);
      }
    }
  }
  return set;
}

export function rowsOf(
  set: Images,
  run: number,
  probability: (score: number) => number,
  split: 'test' | 'validation',
): Prediction[] {
  return set.labels.map((label, image) => ({
    ...{
      imageId: `${split}${image}`,
      patient: set.patients[image] as number,
      eye: null,
      split,
      labels: [label as 0 | 1],
    },
    probabilities: [probability(set.scores[run]?.[image] as number)],
  }));
}

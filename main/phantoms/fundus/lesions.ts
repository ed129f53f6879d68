/**
 * Diabetic lesions by grade of the International Clinical Diabetic Retinopathy scale (Wilkinson et al., Ophthalmology 2003): 1 = microaneurysms
 * only; 2 = more than that; 3 = many haemorrhages in four quadrants, venous beading or IRMA; 4 = new vessels or
 * preretinal haemorrhage. Field units, as in vessels.ts.
 */
import type { RandomStream } from '../../../shared/system/random.ts';
import type { EyeState } from './patient.ts';
import { place, type Site } from './site.ts';
import { irma, newVessels, type Tangle } from './tangles.ts';
import type { BlobShape } from '../layer.ts';
import type { Landmarks, Vessel } from './vessels.ts';

export type LesionKind =
  | 'microaneurysm'
  | 'blot-haemorrhage'
  | 'flame-haemorrhage'
  | 'hard-exudate'
  | 'cotton-wool-spot'
  | 'preretinal-haemorrhage';

export interface Lesion extends Omit<BlobShape, 'soft' | 'wobble'> {
  kind: LesionKind;
}

export interface LesionPlan {
  lesions: Lesion[];
  tangles: Tangle[];
  /** Quadrants with venous beading. */
  beaded: number[];
}

/** Which quadrants are beaded must be known before the vessels are grown. */
export function chooseBeading(eye: EyeState, stream: RandomStream): number[] {
  const chance = eye.grade === 3 ? 0.65 : eye.grade === 4 ? 0.45 : 0;
  if (stream.uniform() >= chance) return [];
  const quadrants = [0, 1, 2, 3];
  const count = 2 + stream.integer(2);
  while (quadrants.length > count) quadrants.splice(stream.integer(quadrants.length), 1);
  return quadrants;
}

function microaneurysm(site: Site): Lesion {
  const { stream } = site;
  const radius = stream.between(0.0075, 0.0125);
  const strength = stream.between(0.55, 0.95);
  return { kind: 'microaneurysm', ...place(site), radiusX: radius, radiusY: radius, angle: 0, strength, phase: 0 };
}

function blot(site: Site): Lesion {
  const { stream } = site;
  const radius = 0.015 + 0.03 * stream.uniform() ** 1.6;
  return {
    kind: 'blot-haemorrhage',
    ...place(site),
    radiusX: radius * stream.between(0.9, 1.4),
    radiusY: radius * stream.between(0.75, 1.1),
    angle: stream.between(0, Math.PI),
    strength: stream.between(0.85, 1.35),
    phase: stream.between(0, 6.28),
  };
}

/** Streaks along the nerve fibres, which run radially from the disc. */
function flame(site: Site): Lesion {
  const { landmarks, stream } = site;
  const at = place(site, 0.3, 0.8);
  const along = Math.atan2(at.y - landmarks.discY, at.x - landmarks.discX);
  return {
    kind: 'flame-haemorrhage',
    ...at,
    radiusX: stream.between(0.03, 0.06),
    radiusY: stream.between(0.009, 0.016),
    angle: along + stream.between(-0.25, 0.25),
    strength: stream.between(0.75, 1.15),
    phase: stream.between(0, 6.28),
  };
}

function cottonWool(site: Site): Lesion {
  const { stream } = site;
  const radius = stream.between(0.025, 0.048);
  return {
    kind: 'cotton-wool-spot',
    ...place(site, 0.35, 0.75),
    radiusX: radius * stream.between(1, 1.5),
    radiusY: radius,
    angle: stream.between(0, Math.PI),
    strength: stream.between(0.4, 0.7),
    phase: stream.between(0, 6.28),
  };
}

/** A cluster of sharp yellow deposits, sometimes a ring around a leaking spot, mostly near the macula. */
function exudateCluster(site: Site): Lesion[] {
  const { stream } = site;
  const centre = place(site, 0.1, 0.55);
  const ring = stream.uniform() < 0.35;
  const spread = ring ? stream.between(0.05, 0.09) : stream.between(0.025, 0.06);
  return Array.from({ length: 4 + stream.integer(ring ? 12 : 9) }, (): Lesion => {
    const turn = stream.between(0, 2 * Math.PI);
    const distance = ring ? spread * stream.between(0.85, 1.1) : spread * Math.abs(stream.normal());
    const radius = stream.between(0.006, 0.017);
    return {
      kind: 'hard-exudate',
      x: centre.x + Math.cos(turn) * distance,
      y: centre.y + Math.sin(turn) * distance,
      radiusX: radius * stream.between(1, 1.5),
      radiusY: radius,
      angle: stream.between(0, Math.PI),
      strength: stream.between(0.65, 0.98),
      phase: stream.between(0, 6.28),
    };
  });
}

/** Boat-shaped: blood under the hyaloid, level above, round below. */
function preretinal({ stream, landmarks }: Site): Lesion {
  const radius = stream.between(0.09, 0.17);
  const below = stream.uniform() < 0.7 ? 1 : -1;
  return {
    kind: 'preretinal-haemorrhage',
    x: landmarks.foveaX + stream.between(-0.25, 0.25),
    y: landmarks.foveaY + below * stream.between(0.3, 0.55),
    radiusX: radius,
    radiusY: radius * 0.6,
    angle: 0,
    strength: stream.between(1.3, 1.8),
    phase: stream.between(0, 6.28),
  };
}

/** Expected numbers of each lesion; `depth` is the position within the grade, so that neighbours meet at their border. */
function counts(eye: EyeState, stream: RandomStream) {
  const { depth } = eye;
  switch (eye.grade) {
    case 0:
      return { micro: 0, blots: 0, flames: 0, clusters: 0, cotton: 0 };
    case 1:
      return { micro: 1 + stream.poisson(1 + 5 * depth), blots: 0, flames: 0, clusters: 0, cotton: 0 };
    case 2:
      return {
        micro: 4 + stream.poisson(4 + 8 * depth),
        blots: 4 + stream.poisson(4 + 11 * depth),
        flames: stream.poisson(0.4 + 2 * depth),
        clusters: stream.uniform() < 0.45 + 0.35 * depth ? 1 + stream.poisson(0.6 + 1.4 * depth) : 0,
        cotton: stream.uniform() < 0.3 ? 1 + stream.poisson(0.7) : 0,
      };
    case 3:
      return {
        micro: 12 + stream.poisson(12),
        blots: 22 + stream.poisson(12 + 14 * depth),
        flames: 2 + stream.poisson(4),
        clusters: stream.poisson(1.6),
        cotton: stream.poisson(1.8),
      };
    case 4:
      return {
        micro: 6 + stream.poisson(8),
        blots: 8 + stream.poisson(10),
        flames: stream.poisson(2),
        clusters: stream.poisson(1.2),
        cotton: stream.poisson(0.8),
      };
  }
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

export function planLesions(params: {
  eye: EyeState;
  landmarks: Landmarks;
  vessels: readonly Vessel[];
  beaded: number[];
  stream: RandomStream;
}): LesionPlan {
  const { eye, stream, beaded } = params;
  const site: Site = { landmarks: params.landmarks, stream };
  const count = counts(eye, stream);
  const lesions = [
    ...repeat(count.micro, () => microaneurysm(site)),
    ...repeat(count.blots, () => blot(site)),
    ...repeat(count.flames, () => flame(site)),
    ...repeat(count.clusters, () => exudateCluster(site)).flat(),
    ...repeat(count.cotton, () => cottonWool(site)),
  ];
  const tangles: Tangle[] = [];
  if (eye.grade === 3 && stream.uniform() < 0.6) tangles.push(...repeat(1 + stream.integer(3), () => irma(site)));
  if (eye.grade === 4) {
    tangles.push(...newVessels(site, params.vessels));
    if (stream.uniform() < 0.35) lesions.push(preretinal(site));
  }
  return { lesions, tangles, beaded };
}

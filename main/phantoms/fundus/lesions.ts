/**
 * Diabetic lesions by grade of the International Clinical Diabetic Retinopathy scale (Wilkinson et al., Ophthalmology 2003): 1 = microaneurysms
 * only; 2 = more than that; 3 = many haemorrhages in four quadrants, venous beading or IRMA; 4 = new vessels or
 * preretinal haemorrhage. Field units, as in vessels.ts.
 */
import type { RandomStream } from '../../../shared/system/random.ts';
import type { EyeState } from './patient.ts';
import { place, type Site } from './site.ts';
import { irma, irmaTwigs, newVessels, vesselTwigs, type Tangle } from './tangles.ts';
import type { BlobShape, Path } from '../layer.ts';
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
  /**
   * Harmless marks and fine vessels of the colour, area and circumference of lesions that the eye does not have, in other shapes: streaks
   * instead of dots, strewn instead of clustered, straight instead of tangled. So neither colour nor contrast of the whole picture
   * tells the grade.
   */
  lookAlikes: Lesion[];
  twigs: Path[];
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
  const radius = 0.033 + 0.03 * stream.uniform() ** 1.6;
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
    radiusX: stream.between(0.045, 0.08),
    radiusY: stream.between(0.012, 0.019),
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

type Counts = Record<'micro' | 'blots' | 'flames' | 'clusters' | 'cotton' | 'irma' | 'newVessels', number>;
const NONE: Counts = { micro: 0, blots: 0, flames: 0, clusters: 0, cotton: 0, irma: 0, newVessels: 0 };

/** Numbers of each lesion; `depth` is the position within the grade, so that neighbours meet at their border. */
function countLesions({ grade, depth }: EyeState, stream: RandomStream): Counts {
  switch (grade) {
    case 0:
      return NONE;
    case 1:
      return { ...NONE, micro: 1 + stream.poisson(1 + 5 * depth) };
    case 2:
      return {
        ...NONE,
        micro: 4 + stream.poisson(4 + 6 * depth),
        blots: 5 + stream.poisson(3 + 6 * depth),
        flames: 2 + stream.poisson(1 + 2 * depth),
        clusters: stream.uniform() < 0.6 + 0.3 * depth ? 1 + stream.poisson(0.6 + depth) : 0,
        cotton: stream.uniform() < 0.3 ? 1 + stream.poisson(0.7) : 0,
      };
    case 3:
      return {
        ...NONE,
        micro: 8 + stream.poisson(5),
        blots: 18 + stream.poisson(1 + 4 * depth),
        flames: 2 + stream.poisson(2),
        clusters: stream.poisson(1.6),
        cotton: stream.poisson(1.8),
        irma: stream.uniform() < 0.6 ? 1 : 0,
      };
    case 4:
      return {
        micro: 6 + stream.poisson(6),
        blots: 8 + stream.poisson(7),
        flames: stream.poisson(2),
        clusters: stream.poisson(1.2),
        cotton: stream.poisson(0.8),
        irma: 0,
        newVessels: 1,
      };
  }
}

/** What lesions and look-alikes amount to together: drawn without regard to the grade, and rarely less than a grade needs. */
function countAll(stream: RandomStream): Counts {
  return {
    micro: 13 + stream.poisson(3),
    blots: 17 + stream.poisson(4),
    flames: 5 + stream.poisson(1),
    clusters: 2 + stream.poisson(1.2),
    cotton: 2 + stream.poisson(1.2),
    irma: 1,
    newVessels: 1,
  };
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: Math.max(0, count) }, make);
}

export function planLesions(params: {
  eye: EyeState;
  landmarks: Landmarks;
  vessels: readonly Vessel[];
  beaded: number[];
  stream: RandomStream;
}): LesionPlan {
  const { eye, stream, beaded, vessels } = params;
  const site: Site = { landmarks: params.landmarks, stream };
  const count = countLesions(eye, stream);
  const all = countAll(stream);
  const without = (kind: keyof Counts): number => all[kind] - count[kind];
  const lesions = [
    ...repeat(count.micro, () => microaneurysm(site)),
    ...repeat(count.blots, () => blot(site)),
    ...repeat(count.flames, () => flame(site)),
    ...repeat(count.clusters, () => exudateCluster(site)).flat(),
    ...repeat(count.cotton, () => cottonWool(site)),
  ];
  if (eye.grade === 4 && stream.uniform() < 0.35) lesions.push(preretinal(site));
  const lookAlikes = [
    ...repeat(without('micro') / 2, () => streakOf(microaneurysm(site), stream)),
    ...repeat(without('blots') / 2, () => streakOf(blot(site), stream)),
    ...repeat(without('flames'), () => ({ ...flame(site), angle: upright(stream) })),
    ...repeat(without('clusters'), () => exudateCluster(site))
      .flat()
      .map((deposit) => ({ ...deposit, ...place(site) })),
    ...repeat(without('cotton') / 2, () => streakOf(cottonWool(site), stream)),
  ];
  return {
    lesions,
    lookAlikes,
    tangles: [...repeat(count.irma, () => irma(site)), ...repeat(count.newVessels, () => newVessels(site, vessels))],
    twigs: [
      ...repeat(without('irma'), () => irmaTwigs(site)),
      ...repeat(without('newVessels'), () => vesselTwigs(site)),
    ].flat(),
    beaded,
  };
}

/**
 * Two lesions' worth of the same stuff in one streak: an ellipse of about twice the area and twice the circumference, so that mean, deviation
 * and mean gradient of the picture stay as they are. Thin as it is, it loses a little to the pixels: its strength makes up for that.
 */
function streakOf(lesion: Lesion, stream: RandomStream): Lesion {
  const radius = Math.sqrt(lesion.radiusX * lesion.radiusY);
  const [radiusX, radiusY] = [3.15 * radius, 0.615 * radius];
  return { ...lesion, strength: 1.04 * lesion.strength, radiusX, radiusY, angle: upright(stream) };
}

/** Across the nerve fibres: 11 to 29 degrees off the vertical, where |cos| + |sin| is on average that of all directions. */
function upright(stream: RandomStream): number {
  return Math.PI / 2 + (stream.uniform() < 0.5 ? -1 : 1) * stream.between(0.2, 0.5);
}

/**
 * A phantom patient: what both eyes share (pigment, anatomy, camera, disease) and what differs between them. Because so much is
 * shared, a split by image would leak from one eye to the other, as it would in a real clinic.
 */
import { RandomStream } from '../../../shared/system/random.ts';

export type Side = 'left' | 'right';
/** International Clinical Diabetic Retinopathy scale: none, mild, moderate, severe, proliferative. */
export type Grade = 0 | 1 | 2 | 3 | 4;

export interface Camera {
  id: number;
  /** Width over height of the picture. */
  aspect: number;
  /** Radius of the field over the picture's height; above 0.5 it is cut off above and below. */
  fieldRadius: number;
  /** Gain of red, green, blue. */
  cast: [number, number, number];
  /** Loss of light at the edge of the field, 0..1. */
  vignette: number;
  /** Blur, 0..0.3 (weight of the neighbours in a three-tap filter). */
  blur: number;
  /** Standard deviation of sensor noise, 0..1 scale. */
  noise: number;
  gamma: number;
  /** A tab at the edge of the field that tells the side up. */
  notch: 'none' | 'square' | 'triangle';
  /** JPEG quality. */
  quality: number;
}

/** In the order of the fields of {@link Camera}, after its id. */
type CameraRow = [
  ...[aspect: number, fieldRadius: number, cast: [number, number, number], vignette: number, blur: number],
  ...[noise: number, gamma: number, notch: Camera['notch'], quality: number],
];

const CAMERA_ROWS: readonly CameraRow[] = [
  [1.5, 0.49, [1, 1, 1], 0.25, 0.04, 0.012, 1, 'none', 92],
  [1.33, 0.54, [1.06, 0.94, 0.8], 0.42, 0.1, 0.018, 1.08, 'square', 88],
  [1, 0.47, [0.94, 1.04, 1.12], 0.3, 0.07, 0.02, 0.94, 'triangle', 90],
  [1.25, 0.48, [1.1, 0.86, 0.72], 0.5, 0.16, 0.026, 1.12, 'none', 84],
  [1.5, 0.56, [0.98, 1.0, 0.92], 0.35, 0.06, 0.015, 1.02, 'square', 90],
];

/** Five makes of camera, as a screening programme collects over the years. */
export const CAMERAS: readonly Camera[] = CAMERA_ROWS.map(
  ([aspect, fieldRadius, cast, vignette, blur, noise, gamma, notch, quality], id) => ({
    ...{ id, aspect, fieldRadius, cast, vignette, blur, noise, gamma, notch, quality },
  }),
);
const CAMERA_WEIGHTS = [0.3, 0.22, 0.18, 0.12, 0.18];

export interface FundusPatient {
  number: number;
  camera: Camera;
  /** 0 = blond, 1 = heavily pigmented. */
  pigment: number;
  /** Haze of the media (cataract), 0..1. */
  haze: number;
  /** Shine of the nerve fibre layer, strong in the young, 0..1. */
  sheen: number;
  /** Drusen per eye, a sign of age and not of diabetes. */
  drusenMean: number;
  /** Radius of the disc in units of the field's radius. */
  discRadius: number;
  cupRatio: number;
  /** Bend and width of the vessels. */
  tortuosity: number;
  vesselWidth: number;
  arcadeHeight: number;
  /** Seeds of the vessel tree, by side of the eye shared up to mirroring. */
  anatomyKey: number;
  /** Latent severity shared by the eyes, standard normal. */
  severity: number;
}

/** Shares of the grades among eyes; referable (2 and up) is 37 %, higher than in screening so that an AUC can be estimated. */
export const GRADE_SHARES = [0.46, 0.17, 0.22, 0.09, 0.06] as const;
/** Correlation of the latent severity between two eyes of a patient. */
const EYE_CORRELATION = 0.8;
/**
 * Standard deviation of a reader's error on the latent scale, where severity has deviation 1. Simulated: 29 % of the labels differ from the drawn
 * grade (nearly all by one), 10 % cross the referable border, and two such readers agree with a quadratic kappa of 0.83. No
 * classifier can exceed an AUC of about 0.966 for referable disease on these labels.
 */
const READER_DEVIATION = 0.35;

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? 1 - upper : upper;
}

/** Grade of a latent severity and how far into the grade it lies (0..1). */
export function gradeOf(latent: number): { grade: Grade; depth: number } {
  const rank = normalCdf(latent);
  let below = 0;
  for (let grade = 0; grade < GRADE_SHARES.length; grade++) {
    const share = GRADE_SHARES[grade] as number;
    if (rank < below + share || grade === 4) {
      return { grade: grade as Grade, depth: Math.min(1, Math.max(0, (rank - below) / share)) };
    }
    below += share;
  }
  return { grade: 4, depth: 1 };
}

function chooseCamera(stream: RandomStream): Camera {
  let left = stream.uniform();
  for (const camera of CAMERAS) {
    left -= CAMERA_WEIGHTS[camera.id] as number;
    if (left < 0) return camera;
  }
  return CAMERAS[0] as Camera;
}

export function createPatient(seed: number, number: number): FundusPatient {
  const stream = new RandomStream('fundus-patient', seed, number);
  const camera = chooseCamera(stream);
  const age = stream.between(25, 80);
  return {
    number,
    camera,
    pigment: stream.uniform(),
    haze: Math.max(0, stream.normal() * 0.12 + (age - 55) / 130),
    sheen: Math.max(0, (50 - age) / 30) * stream.uniform(),
    drusenMean: age > 55 && stream.uniform() < 0.45 ? stream.between(2, 14) : 0,
    discRadius: stream.between(0.115, 0.15),
    cupRatio: stream.between(0.25, 0.62),
    tortuosity: stream.between(0.6, 1.6),
    vesselWidth: stream.between(0.85, 1.15),
    arcadeHeight: stream.between(0.5, 0.66),
    anatomyKey: stream.nextUint32(),
    severity: stream.normal(),
  };
}

export interface EyeState {
  side: Side;
  /** The grade that is drawn. */
  grade: Grade;
  /** Position within the grade, 0..1. */
  depth: number;
  /** The grade that a reader wrote down: near a border it may be the neighbour. */
  label: Grade;
}

export function createEye(seed: number, patient: FundusPatient, side: Side): EyeState {
  const stream = new RandomStream('fundus-eye', seed, patient.number, side);
  const own = Math.sqrt(1 - EYE_CORRELATION) * stream.normal();
  const latent = Math.sqrt(EYE_CORRELATION) * patient.severity + own;
  const { grade, depth } = gradeOf(latent);
  const { grade: label } = gradeOf(latent + READER_DEVIATION * stream.normal());
  return { side, grade, depth, label };
}

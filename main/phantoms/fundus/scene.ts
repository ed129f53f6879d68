/** Everything that is in one photograph, before any pixel: a pure function of seed, patient and side. */
import { RandomStream } from '../../../shared/system/random.ts';
import { chooseBeading, planLesions, type LesionPlan } from './lesions.ts';
import { createEye, createPatient, type EyeState, type FundusPatient, type Side } from './patient.ts';
import { growVessels, type Landmarks, type Vessel } from './vessels.ts';

/** Round marks that are not diabetic: drusen (yellow, soft), dust on the lens (dark, soft), pigment spots. */
export interface Mark {
  x: number;
  y: number;
  radius: number;
  strength: number;
}

export interface FundusScene {
  patient: FundusPatient;
  eye: EyeState;
  landmarks: Landmarks;
  vessels: Vessel[];
  plan: LesionPlan;
  drusen: Mark[];
  naevi: Mark[];
  /** In camera coordinates: the same for every eye taken with this camera in this data set, and never mirrored. */
  dust: Mark[];
  /** Pale crescents at the edge of the field, where the light missed the pupil. */
  flare: { angle: number; width: number; strength: number } | null;
  /** Where in the field the light is strongest. */
  light: { x: number; y: number };
  exposure: number;
  /** Peripapillary atrophy, 0..1. */
  crescent: number;
  /** Key of the textures. */
  textureKey: number;
}

function placeLandmarks(seed: number, patient: FundusPatient, side: Side): Landmarks {
  const shared = new RandomStream('fundus-landmarks', patient.anatomyKey);
  const own = new RandomStream('fundus-pose', seed, patient.number, side);
  const apart = shared.between(0.61, 0.7);
  const lift = shared.between(0, 0.09);
  const towardsDisc = own.uniform() < 0.15 ? own.between(0.15, 0.4) : 0;
  const foveaX = -0.1 + 0.06 * own.normal() - towardsDisc;
  const foveaY = 0.03 + 0.05 * own.normal();
  return {
    foveaX,
    foveaY,
    discX: foveaX + apart,
    discY: foveaY - lift + 0.02 * own.normal(),
    discRadius: patient.discRadius,
  };
}

function scatter(count: number, make: () => Mark): Mark[] {
  return Array.from({ length: count }, make).filter((mark) => mark.x * mark.x + mark.y * mark.y < 0.95);
}

function placeDust(seed: number, camera: number): Mark[] {
  const stream = new RandomStream('fundus-dust', seed, camera);
  return scatter(2 + stream.integer(6), () => ({
    x: stream.between(-0.95, 0.95),
    y: stream.between(-0.95, 0.95),
    radius: stream.between(0.01, 0.035),
    strength: stream.between(0.12, 0.4),
  }));
}

function placeDrusen(patient: FundusPatient, landmarks: Landmarks, stream: RandomStream): Mark[] {
  const count = patient.drusenMean > 0 ? stream.poisson(patient.drusenMean) : 0;
  return scatter(count, () => {
    const turn = stream.between(0, 2 * Math.PI);
    const distance = 0.3 * Math.sqrt(stream.uniform());
    return {
      x: landmarks.foveaX + Math.cos(turn) * distance,
      y: landmarks.foveaY + Math.sin(turn) * distance,
      radius: stream.between(0.008, 0.026),
      strength: stream.between(0.18, 0.5),
    };
  });
}

export function createScene(seed: number, patientNumber: number, side: Side): FundusScene {
  const patient = createPatient(seed, patientNumber);
  const eye = createEye(seed, patient, side);
  const landmarks = placeLandmarks(seed, patient, side);
  const own = new RandomStream('fundus-scene', seed, patientNumber, side);
  const lesionStream = new RandomStream('fundus-lesions', seed, patientNumber, side);
  const beaded = chooseBeading(eye, lesionStream);
  const vessels = growVessels({
    landmarks,
    tortuosity: patient.tortuosity,
    width: patient.vesselWidth,
    arcadeHeight: patient.arcadeHeight,
    beaded,
    trunks: new RandomStream('fundus-trunks', patient.anatomyKey),
    twigs: new RandomStream('fundus-twigs', seed, patientNumber, side),
  });
  const plan = planLesions({ eye, landmarks, vessels, beaded, stream: lesionStream });
  const naevi = scatter(own.uniform() < 0.06 ? 1 : 0, () => ({
    x: own.between(-0.7, 0.7),
    y: own.between(-0.7, 0.7),
    radius: own.between(0.05, 0.12),
    strength: own.between(0.2, 0.45),
  }));
  const flare =
    own.uniform() < 0.25
      ? { angle: own.between(0, 6.28), width: own.between(0.08, 0.3), strength: own.between(0.1, 0.45) }
      : null;
  return {
    patient,
    eye,
    landmarks,
    vessels,
    plan,
    naevi,
    drusen: placeDrusen(patient, landmarks, own),
    dust: placeDust(seed, patient.camera.id),
    flare,
    light: { x: own.between(-0.25, 0.25), y: own.between(-0.25, 0.25) },
    exposure: own.between(0.88, 1.12),
    crescent: own.uniform() < 0.3 ? own.uniform() : 0,
    textureKey: own.nextUint32(),
  };
}

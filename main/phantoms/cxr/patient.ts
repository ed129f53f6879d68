/** A phantom chest patient and the findings of each study: the five pathologies are drawn independently of each other. */
import { PAPER_FINDINGS } from '../../../shared/dataset/chexpert.ts';
import { RandomStream } from '../../../shared/system/random.ts';

export type Pathology = (typeof PAPER_FINDINGS)[number];

/** Share of studies with each finding. */
export const PREVALENCE: Record<Pathology, number> = {
  Atelectasis: 0.25,
  Cardiomegaly: 0.22,
  Consolidation: 0.2,
  Edema: 0.25,
  'Pleural Effusion': 0.33,
};

export interface ChestPatient {
  number: number;
  sex: 'Male' | 'Female';
  age: number;
  /** Half width of the rib cage at its widest, in units of the picture's height. */
  cage: number;
  /** Thickness of the soft tissue, 0..1. */
  build: number;
  /** Cardiothoracic ratio of a healthy heart. */
  heartRatio: number;
  ribTilt: number;
  anatomyKey: number;
}

export type View = 'AP' | 'PA';

export interface ChestStudy {
  patient: ChestPatient;
  /** 1-based. */
  study: number;
  view: View;
  /** Severity 0..1 of each finding that is present, null where it is absent. */
  findings: Record<Pathology, number | null>;
  /**
   * Severity of the harmless look-alike of each finding that is absent: an opacity of the same density and area, but of another shape or in
   * another place. So neither brightness nor contrast of the whole picture tells what is there.
   */
  lookAlikes: Record<Pathology, number | null>;
  /** Tubes and leads, frequent in bedside (AP) pictures. */
  devices: boolean;
  width: number;
  height: number;
  key: number;
}

export function createChestPatient(seed: number, number: number): ChestPatient {
  const stream = new RandomStream('cxr-patient', seed, number);
  const sex = stream.uniform() < 0.55 ? 'Male' : 'Female';
  const age = Math.round(Math.min(90, Math.max(18, 60 + 17 * stream.normal())));
  return {
    number,
    sex,
    age,
    cage: stream.between(0.345, 0.395) * (sex === 'Male' ? 1.02 : 0.97),
    build: stream.uniform(),
    heartRatio: Math.min(0.495, Math.max(0.38, 0.435 + 0.03 * stream.normal() + (age - 60) / 2000)),
    ribTilt: stream.between(0.75, 1.3),
    anatomyKey: stream.nextUint32(),
  };
}

/** One to three studies a patient. */
export function countStudies(seed: number, number: number): number {
  const draw = new RandomStream('cxr-studies', seed, number).uniform();
  return draw < 0.6 ? 1 : draw < 0.87 ? 2 : 3;
}

/** `size` is the height in pixels. */
export function createStudy(seed: number, number: number, study: number, size: number): ChestStudy {
  const patient = createChestPatient(seed, number);
  const stream = new RandomStream('cxr-study', seed, number, study);
  const view: View = stream.uniform() < 0.6 ? 'AP' : 'PA';
  const draws = PAPER_FINDINGS.map((name) => ({
    name,
    isPresent: stream.uniform() < PREVALENCE[name],
    severity: stream.uniform(),
  }));
  const severities = (present: boolean) =>
    Object.fromEntries(
      draws.map(({ name, isPresent, severity }) => [name, isPresent === present ? severity : null]),
    ) as Record<Pathology, number | null>;
  const [findings, lookAlikes] = [severities(true), severities(false)];
  const devices = stream.uniform() < (view === 'AP' ? 0.6 : 0.12);
  const width = Math.round(size * stream.between(0.98, 1.2));
  return { patient, study, view, findings, lookAlikes, devices, width, height: size, key: stream.nextUint32() };
}

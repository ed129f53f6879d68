/**
 * Outlines of a chest on a frontal x-ray. Units: height of the picture = 1, x = 0 at the midline and positive to the right of the
 * picture (the patient's left), y from the top.
 */
import { RandomStream } from '../../../shared/system/random.ts';
import { smoothstep } from '../layer.ts';
import type { ChestStudy } from './patient.ts';

/** -1: left of the picture (the patient's right), +1: right of the picture. */
export type ChestSide = -1 | 1;
export const SIDES: readonly ChestSide[] = [-1, 1];

export interface ChestAnatomy {
  /** Half width of the lungs at their widest. */
  cage: number;
  apex: number;
  /** Height of the diaphragm's dome, by side. */
  dome: { [side in ChestSide]: number };
  heartLeft: number;
  heartRight: number;
  heartY: number;
  heartHalfHeight: number;
  hilum: { [side in ChestSide]: { x: number; y: number } };
  /** Half width of what lies above the heart. */
  mediastinum: number;
  aorta: { x: number; y: number; radius: number };
  shift: number;
  tilt: number;
}

/** Half width of mediastinum for a cardiothoracic ratio: as much lung is covered as by a heart that much larger. */
const BROAD_MEDIASTINUM = 0.3;

export function layOutChest(study: ChestStudy): ChestAnatomy {
  const { patient, view, findings, lookAlikes } = study;
  const shared = new RandomStream('cxr-anatomy', patient.anatomyKey);
  const own = new RandomStream('cxr-pose', study.key);
  const breath = own.between(-0.03, 0.03) + (view === 'AP' ? -0.035 : 0.01);
  const base = shared.between(0.73, 0.77) + breath;
  const collapsedSide: ChestSide = new RandomStream('cxr-atelectasis', study.key).uniform() < 0.5 ? -1 : 1;
  const rise = 0.02 + 0.06 * (findings.Atelectasis ?? lookAlikes.Atelectasis ?? 0);
  const enlarged = (severity: number) => 0.535 + 0.14 * severity;
  const { Cardiomegaly: isLarge } = findings;
  const { Cardiomegaly: isBroad } = lookAlikes;
  const ratio = (isLarge === null ? patient.heartRatio : enlarged(isLarge)) + (view === 'AP' ? 0.02 : 0);
  const heartWidth = ratio * 2 * patient.cage;
  const right = heartWidth * shared.between(0.29, 0.34);
  return {
    cage: patient.cage,
    apex: shared.between(0.07, 0.11),
    dome: {
      [-1]: base - 0.025 - (collapsedSide === -1 ? rise : 0),
      [1]: base + 0.01 - (collapsedSide === 1 ? rise : 0),
    },
    heartLeft: -right,
    heartRight: heartWidth - right,
    heartY: base - 0.115,
    heartHalfHeight: 0.165 + 0.06 * (ratio - 0.43),
    hilum: {
      [-1]: { x: -0.085, y: base - 0.33 + 0.01 },
      [1]: { x: 0.09, y: base - 0.345 },
    },
    mediastinum: 0.055 + (isBroad === null ? 0 : BROAD_MEDIASTINUM * (enlarged(isBroad) - patient.heartRatio)),
    aorta: { x: 0.045 + patient.age / 3000, y: base - 0.46, radius: 0.034 + patient.age / 4500 },
    shift: own.between(-0.03, 0.03),
    tilt: own.between(-0.035, 0.035),
  };
}

/** Outer edge of the lung at height y. */
export function lateralEdge(anatomy: ChestAnatomy, y: number): number {
  const t = Math.min(1, Math.max(0, (y - anatomy.apex) / 0.5));
  return anatomy.cage * (0.36 + 0.64 * Math.sin((Math.PI / 2) * t) ** 0.75);
}

/** Upper surface of the diaphragm. */
export function diaphragm(anatomy: ChestAnatomy, side: ChestSide, x: number): number {
  const away = Math.abs(x) - 0.42 * anatomy.cage;
  return anatomy.dome[side] + (away > 0 ? 2.3 : 0.55) * away * away;
}

/** 1 inside the lung, before the heart is laid over it; 0 outside; soft edges. */
export function lungMask(anatomy: ChestAnatomy, x: number, y: number): number {
  const side: ChestSide = x < 0 ? -1 : 1;
  const far = Math.abs(x);
  const lateral = smoothstep(lateralEdge(anatomy, y) + 0.008, lateralEdge(anatomy, y) - 0.012, far);
  if (lateral === 0) return 0;
  const medial = smoothstep(0.035, 0.06, far - 0.012 * Math.sin(9 * y));
  const middle = 0.19 * (anatomy.cage / 0.37);
  const roof = anatomy.apex + 1.1 * (far - middle) * (far - middle);
  const top = smoothstep(roof - 0.012, roof + 0.02, y);
  const bottom = smoothstep(diaphragm(anatomy, side, x) + 0.008, diaphragm(anatomy, side, x) - 0.01, y);
  return lateral * medial * top * bottom;
}

/** 1 inside the heart and great vessels. */
export function heartMask(anatomy: ChestAnatomy, x: number, y: number): number {
  const { heartLeft, heartRight, heartY, heartHalfHeight, mediastinum, aorta } = anatomy;
  const centre = (heartLeft + heartRight) / 2;
  const half = (heartRight - heartLeft) / 2;
  // The apex points down and to the patient's left: the axis is sheared.
  const v = (y - heartY) / heartHalfHeight;
  const u = (x - centre - 0.22 * half * v) / (half * (1 - 0.1 * v));
  const near = Math.abs(u) < 1.03 && Math.abs(v) < 1.03;
  const heart = near ? smoothstep(1.06, 0.94, Math.abs(u) ** 2.2 + Math.abs(v) ** 2.2) : 0;
  const knob = smoothstep(aorta.radius + 0.006, aorta.radius - 0.008, Math.hypot(x - aorta.x, (y - aorta.y) * 0.85));
  const trunkHalf = mediastinum + 0.03 * smoothstep(0.25, 0.5, y);
  const trunk =
    smoothstep(trunkHalf + 0.012, trunkHalf - 0.008, Math.abs(x - 0.006)) * smoothstep(heartY + 0.1, heartY, y);
  return Math.max(heart, 0.85 * knob, 0.8 * trunk);
}

/** Half width of the body: neck, shoulders, trunk. */
export function bodyHalfWidth(cage: number, build: number, y: number): number {
  const neck = 0.1 + 0.02 * build;
  const trunk = cage + 0.07 + 0.07 * build;
  const shoulders = 0.5 + 0.06 * build;
  if (y < 0.3) return neck + (shoulders - neck) * smoothstep(0.0, 0.13, y);
  return shoulders + (trunk - shoulders) * smoothstep(0.3, 0.52, y);
}

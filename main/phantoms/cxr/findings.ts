/** The opacities that the findings add to the lungs, on one layer, and how edema changes the rest. Units as in anatomy.ts. */
import { RandomStream } from '../../../shared/system/random.ts';
import { smoothstep, type Layer, type Path } from '../layer.ts';
import { fractalNoise } from '../noise.ts';
import { diaphragm, lateralEdge, SIDES, type ChestAnatomy, type ChestSide } from './anatomy.ts';
import type { ChestStudy, Pathology } from './patient.ts';

export interface Grid {
  width: number;
  height: number;
  /** lungMask at each pixel. */
  lung: Float32Array;
  /** Chest coordinates of a pixel. */
  toX(px: number, py: number): number;
  toY(px: number, py: number): number;
}

/** Set so that a look-alike makes the picture as bright as what it stands for, on average. */
const WALL = 0.75;
const PERIPHERY = 1.6;

/** Adds `value` of each pixel inside the lungs. */
function addField(layer: Layer, grid: Grid, value: (x: number, y: number, at: number) => number): void {
  for (let py = 0, at = 0; py < grid.height; py++) {
    for (let px = 0; px < grid.width; px++, at++) {
      if (grid.lung[at] === 0) continue;
      layer.data[at] = (layer.data[at] as number) + value(grid.toX(px, py), grid.toY(px, py), at);
    }
  }
}

/** What is drawn of a finding: itself, or its look-alike, and how severe. */
function formOf({ findings, lookAlikes }: ChestStudy, name: Pathology): { isReal: boolean; severity: number } {
  const real = findings[name];
  return { isReal: real !== null, severity: real ?? lookAlikes[name] ?? 0 };
}

/** Fluid collects at the base with a concave upper border that climbs the side wall. Its look-alike: a thick upper chest wall. */
export function addEffusion(layer: Layer, grid: Grid, study: ChestStudy, anatomy: ChestAnatomy): void {
  const { isReal, severity } = formOf(study, 'Pleural Effusion');
  const stream = new RandomStream('cxr-effusion', study.key);
  const both = stream.uniform() < 0.3;
  const first: ChestSide = stream.uniform() < 0.55 ? -1 : 1;
  for (const side of both ? SIDES : [first]) {
    const fill = 0.035 + 0.24 * severity * stream.between(0.6, 1);
    const floor = anatomy.dome[side] + 0.035;
    const density = stream.between(0.16, 0.24);
    const wall = WALL * fill;
    addField(layer, grid, (x, y, at) => {
      if (!isReal) {
        const depth = lateralEdge(anatomy, y) - x * side;
        const upper = smoothstep(anatomy.apex + 0.42, anatomy.apex + 0.36, y);
        return x * side < 0.04
          ? 0
          : (grid.lung[at] as number) * density * upper * smoothstep(wall + 0.025, wall - 0.025, depth);
      }
      if (x * side < 0.04 || y < floor - fill - 0.12) return 0;
      const out = Math.min(1.1, (x * side) / anatomy.cage);
      const surface = floor - fill * (0.35 + 0.75 * out * out);
      return (grid.lung[at] as number) * density * smoothstep(surface - 0.03, surface + 0.02, y);
    });
  }
}

/** A fluffy patch inside one lung, dense and uneven. Its look-alike: as dense and large, but drawn out from top to bottom. */
export function addConsolidation(layer: Layer, grid: Grid, study: ChestStudy): void {
  const { isReal, severity } = formOf(study, 'Consolidation');
  const stream = new RandomStream('cxr-consolidation', study.key);
  const patches = 1 + (stream.uniform() < 0.35 ? 1 : 0);
  const { width, height } = grid;
  const cloud = fractalNoise({ width, height, cells: 14, octaves: 3, persistence: 0.6 }, stream);
  for (let i = 0; i < patches; i++) {
    const side: ChestSide = stream.uniform() < 0.5 ? -1 : 1;
    const centreX = side * stream.between(0.14, 0.28);
    const centreY = stream.between(0.28, 0.66);
    const radius = stream.between(0.06, 0.09) + 0.05 * severity;
    const stretch = isReal ? stream.between(0.7, 1) : stream.between(1.9, 2.2);
    const [radiusX, radiusY] = [radius / stretch, radius * stretch];
    const density = 0.17 + 0.15 * severity;
    addField(layer, grid, (x, y, at) => {
      const u = (x - centreX) / radiusX;
      const v = (y - centreY) / radiusY;
      const distance = u * u + v * v;
      if (distance > 4) return 0;
      const edge = Math.sqrt(distance) + 0.22 * (cloud[at] as number);
      return (grid.lung[at] as number) * density * smoothstep(1.25, 0.5, edge) * (1 + 0.18 * (cloud[at] as number));
    });
  }
}

/** Haze around both hila that fades outwards, with reticular markings. Its look-alike: the same haze, fading inwards. */
export function addEdema(layer: Layer, grid: Grid, study: ChestStudy, anatomy: ChestAnatomy): void {
  const { isReal, severity } = formOf(study, 'Edema');
  const stream = new RandomStream('cxr-edema', study.key);
  const { width, height } = grid;
  const net = fractalNoise({ width, height, cells: 30, octaves: 2, persistence: 0.7 }, stream);
  const haze = 0.07 + 0.12 * severity;
  const reach = 0.16 + 0.06 * severity;
  addField(layer, grid, (x, y, at) => {
    const mask = grid.lung[at] as number;
    if (mask === 0) return 0;
    const hilum = anatomy.hilum[x < 0 ? -1 : 1];
    const distance = isReal
      ? Math.hypot(x - hilum.x * 1.5, (y - hilum.y - 0.06) * 0.75) / reach
      : (PERIPHERY * (lateralEdge(anatomy, y) - Math.abs(x))) / reach;
    const wings = Math.exp(-distance * distance);
    const ridge = 1 - Math.min(1, Math.abs(net[at] as number) * 1.5);
    return mask * (haze * (0.35 + wings) + (0.025 + 0.03 * severity) * ridge);
  });
}

/**
 * Level plates of collapsed lung above the diaphragm; the diaphragm itself is raised in anatomy.ts. Their look-alike: folds of skin, upright
 * and higher up, beside a diaphragm that is as high.
 */
export function atelectasisPlates(study: ChestStudy, anatomy: ChestAnatomy): Path[] {
  const { isReal, severity } = formOf(study, 'Atelectasis');
  const stream = new RandomStream('cxr-atelectasis', study.key);
  const side: ChestSide = stream.uniform() < 0.5 ? -1 : 1;
  return Array.from({ length: 1 + stream.integer(3) }, () => {
    const start = side * stream.between(0.09, 0.16);
    const length = stream.between(0.1, 0.2);
    const height = diaphragm(anatomy, side, start) - stream.between(0.03, 0.15);
    const slope = stream.between(-0.35, 0.35);
    const half = stream.between(0.004, 0.008) + 0.006 * severity;
    const path = new Float32Array(14 * 3);
    for (let i = 0; i < 14; i++) {
      const t = i / 13;
      const along = length * t;
      const across = slope * along + 0.01 * Math.sin(3 * t);
      const width = half * (0.5 + Math.sin(Math.PI * t));
      const point = isReal ? [start + side * along, height + across] : [1.4 * start + across, height - 0.1 - along];
      path.set([...point, width], i * 3);
    }
    return path;
  });
}

/** A wedge behind the heart or at the base, the larger form of collapse. Its look-alike hangs from the apex. */
export function addCollapse(layer: Layer, grid: Grid, study: ChestStudy, anatomy: ChestAnatomy): void {
  const { isReal, severity } = formOf(study, 'Atelectasis');
  if (severity < 0.35) return;
  const stream = new RandomStream('cxr-atelectasis', study.key);
  const side: ChestSide = stream.uniform() < 0.5 ? -1 : 1;
  const size = 0.08 + 0.1 * severity;
  addField(layer, grid, (x, y, at) => {
    const out = x * side - 0.05;
    const up = isReal ? diaphragm(anatomy, side, x) - y : y - anatomy.apex - 0.04;
    if (out < 0 || up > size + 0.05) return 0;
    return (grid.lung[at] as number) * 0.2 * smoothstep(1.1, 0.8, out / size + Math.max(0, up) / size);
  });
}

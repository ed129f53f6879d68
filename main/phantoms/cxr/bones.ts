/** Ribs, clavicles, lung vessels and devices as paths for the layers. Units as in anatomy.ts. */
import { RandomStream } from '../../../shared/system/random.ts';
import type { Path } from '../layer.ts';
import { lateralEdge, SIDES, type ChestAnatomy, type ChestSide } from './anatomy.ts';
import type { ChestStudy } from './patient.ts';

function curve(count: number, point: (t: number) => [number, number, number]): Path {
  const path = new Float32Array((count + 1) * 3);
  for (let i = 0; i <= count; i++) path.set(point(i / count), i * 3);
  return path;
}

export interface RibPaths {
  /** The flat of each rib, and its two brighter margins. */
  bodies: Path[];
  margins: Path[];
}

/** Posterior ribs run outwards and down, anterior ones inwards and down from the side. */
export function layOutRibs(study: ChestStudy, anatomy: ChestAnatomy): RibPaths {
  const stream = new RandomStream('cxr-ribs', study.patient.anatomyKey);
  const bodies: Path[] = [];
  const margins: Path[] = [];
  const tilt = study.patient.ribTilt;
  const add = (at: (t: number) => [number, number], half: number, anterior: boolean): void => {
    bodies.push(curve(22, (t) => [...at(t), half]));
    for (const edge of [-1, 1]) {
      margins.push(curve(22, (t) => [at(t)[0], at(t)[1] + edge * half, anterior ? 0.0012 : 0.002]));
    }
  };
  for (let rib = 0; rib < 10; rib++) {
    const start = anatomy.apex + 0.005 + rib * 0.071 + stream.between(-0.004, 0.004);
    const half = 0.0095 + 0.0006 * rib;
    for (const side of SIDES) {
      const reach = lateralEdge(anatomy, start + 0.06 + 0.004 * rib) + 0.012;
      add(
        (t) => {
          const x = 0.04 + (reach - 0.04) * Math.sin((t * Math.PI) / 2);
          return [side * x, start - 0.018 * Math.sin(t * Math.PI) + tilt * 0.1 * (t * t) * (0.5 + rib * 0.07)];
        },
        half,
        false,
      );
      if (rib < 1 || rib > 6) continue;
      const from = start + 0.055 * tilt + 0.02;
      add(
        (t) => {
          const x = reach - (reach - 0.1) * (1 - Math.cos((t * Math.PI) / 2));
          return [side * x, from + 0.17 * t];
        },
        half * 0.9,
        true,
      );
    }
  }
  return { bodies, margins };
}

export function layOutClavicles(study: ChestStudy, anatomy: ChestAnatomy): Path[] {
  const stream = new RandomStream('cxr-clavicles', study.key);
  const height = anatomy.apex + (study.view === 'AP' ? 0.02 : 0.06) + stream.between(-0.012, 0.012);
  return SIDES.map((side) =>
    curve(24, (t) => {
      const x = 0.045 + 0.37 * t;
      const y = height + 0.025 * Math.sin(t * 6.0) - 0.05 * t;
      return [side * x, y, 0.0125 - 0.003 * Math.sin(t * Math.PI)];
    }),
  );
}

/** Arteries and veins that fan out from each hilum and thin out towards the pleura. */
export function growLungVessels(study: ChestStudy, anatomy: ChestAnatomy): Path[] {
  const stream = new RandomStream('cxr-vessels', study.patient.anatomyKey);
  const paths: Path[] = [];
  const grow = (x: number, y: number, heading: number, half: number, length: number, depth: number): void => {
    const points: number[] = [];
    const steps = Math.max(3, Math.round(length / 0.015));
    let [px, py, turn] = [x, y, heading];
    let bend = stream.normal() * 1.5;
    for (let i = 0; i <= steps; i++) {
      points.push(px, py, half * (1 - (0.55 * i) / steps));
      bend = 0.85 * bend + 0.9 * stream.normal();
      turn += bend * 0.015;
      px += Math.cos(turn) * 0.015;
      py += Math.sin(turn) * 0.015;
      if (depth < 3 && i > 1 && stream.uniform() < 0.22) {
        const side = stream.uniform() < 0.5 ? -1 : 1;
        grow(
          px,
          py,
          turn + side * stream.between(0.35, 0.9),
          half * (1 - (0.55 * i) / steps) * 0.68,
          length * 0.6,
          depth + 1,
        );
      }
    }
    paths.push(Float32Array.from(points));
  };
  for (const side of SIDES) {
    const { x, y } = anatomy.hilum[side];
    const outward = side > 0 ? 0 : Math.PI;
    for (let i = 0; i < 9; i++) {
      const spread = -1.25 + (2.75 * (i + stream.uniform())) / 9;
      const down = Math.sin(spread) > 0 ? 1.25 : 0.8;
      grow(x, y + 0.02 * (i - 4) * 0.5, side > 0 ? outward + spread : outward - spread, 0.0075 * down, 0.2 * down, 0);
    }
  }
  return paths;
}

/** Tracheal tube, central line and leads. */
export function layOutDevices(study: ChestStudy, anatomy: ChestAnatomy): Path[] {
  if (!study.devices) return [];
  const stream = new RandomStream('cxr-devices', study.key);
  const paths: Path[] = [];
  if (stream.uniform() < 0.5) paths.push(curve(12, (t) => [0.004 + 0.004 * t, 0.27 * t, 0.004]));
  const side: ChestSide = stream.uniform() < 0.6 ? -1 : 1;
  paths.push(
    curve(24, (t) => [
      side * (0.3 * (1 - t) + 0.05) - 0.02 * t,
      anatomy.apex + 0.05 - 0.03 * Math.sin(t * 3) + 0.32 * t * t * t,
      0.0028,
    ]),
  );
  for (let lead = 0; lead < 2 + stream.integer(2); lead++) {
    const from = stream.between(-0.4, 0.4);
    const to = stream.between(-0.25, 0.25);
    const low = stream.between(0.55, 0.95);
    const sway = stream.between(-0.12, 0.12);
    paths.push(curve(30, (t) => [from + (to - from) * t + sway * Math.sin(t * Math.PI), -0.02 + low * t, 0.0022]));
    paths.push(curve(2, (t) => [to + 0.001 * t, low - 0.02 + 0.002 * t, 0.011]));
  }
  return paths;
}

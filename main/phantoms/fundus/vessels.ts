/**
 * The retinal vessel tree: four pairs of artery and vein leave the disc; the temporal pairs arch around the macula, the nasal
 * ones run straight; all branch twice and spare the fovea. Units: radius of the field of view = 1, y down.
 */
import type { RandomStream } from '../../../shared/system/random.ts';
import type { Path } from '../layer.ts';

export interface Vessel {
  kind: 'artery' | 'vein';
  /** x, y, half width, in field units. */
  path: Path;
  order: number;
}

/** Positions in a right eye: the disc lies to the right of the fovea. Left eyes are mirrored when they are drawn. */
export interface Landmarks {
  discX: number;
  discY: number;
  discRadius: number;
  foveaX: number;
  foveaY: number;
}

export interface TreeOptions {
  landmarks: Landmarks;
  tortuosity: number;
  width: number;
  arcadeHeight: number;
  /** Quadrants (0 superior temporal, 1 inferior temporal, 2 superior nasal, 3 inferior nasal) whose veins are beaded. */
  beaded: readonly number[];
  /** Shared by the two eyes of a patient: the courses of the trunks. */
  trunks: RandomStream;
  /** The eye's own: side branches. */
  twigs: RandomStream;
}

const STEP = 0.022;
const AVASCULAR_RADIUS = 0.14;

interface Growth {
  x: number;
  y: number;
  heading: number;
  halfWidth: number;
  length: number;
  /** Radians per unit length. */
  bend: number;
  wobble: number;
  taper: number;
  landmarks: Landmarks;
  stream: RandomStream;
  /** Relative amplitude of sausage-like widening. */
  beading: number;
}

/** Grows one vessel by short steps of slowly changing heading. */
function grow(growth: Growth): Path {
  const { landmarks, stream, wobble, beading } = growth;
  const count = Math.max(3, Math.round(growth.length / STEP));
  const points: number[] = [];
  let { x, y, heading } = growth;
  let drift = 0;
  const phase = stream.between(0, 6.28);
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    const beads = 1 + beading * Math.sin(phase + (i * STEP * 6.28) / 0.085);
    points.push(x, y, growth.halfWidth * (1 - growth.taper * t) * beads);
    drift = 0.8 * drift + wobble * stream.normal();
    heading += (growth.bend + drift) * STEP;
    x += Math.cos(heading) * STEP;
    y += Math.sin(heading) * STEP;
    const toFovea = Math.hypot(x - landmarks.foveaX, y - landmarks.foveaY);
    if (toFovea < AVASCULAR_RADIUS || x * x + y * y > 1.1) break;
  }
  return Float32Array.from(points);
}

/** A temporal trunk: half an ellipse around the fovea from the disc, with slow wobble. */
function growArcade(options: TreeOptions, up: 1 | -1, halfWidth: number, beading: number, vein: boolean): Path {
  const { landmarks, trunks: stream, tortuosity } = options;
  const { discX, discY, foveaX, foveaY } = landmarks;
  const across = Math.abs(discX - foveaX);
  const height = options.arcadeHeight * stream.between(0.93, 1.07) * (vein ? 1 : 0.94);
  const spread = stream.between(-0.1, 0.5);
  const skew = stream.between(-0.12, 0.16);
  const phases = [stream.between(0, 6.28), stream.between(0, 6.28)];
  const amplitude = 0.016 * tortuosity;
  const start = stream.between(-0.03, 0.03) + (vein ? 0.02 : -0.02);
  const points: number[] = [];
  const count = Math.round(2.1 / STEP);
  const bead = stream.between(0, 6.28);
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    const turn = t * 2.85;
    const out = 1 + spread * Math.max(0, t - 0.45);
    const wave = amplitude * Math.min(1, t * 6);
    const sway =
      wave * (Math.sin(turn * 6 + (phases[0] as number)) + 0.6 * Math.sin(turn * 13 + (phases[1] as number)));
    const x = foveaX + (across + start * (1 - t)) * Math.cos(turn) * (turn > 1.57 ? 1.15 * out : 1) + sway;
    const y =
      foveaY +
      (discY - foveaY) * Math.max(0, 1 - t * 3) -
      up * height * out * (Math.sin(turn) ** 0.9 + skew * Math.sin(2 * turn)) +
      sway;
    if (x * x + y * y > 1.1) break;
    const beads = 1 + beading * Math.sin(bead + (t * 2.1 * 6.28) / 0.085);
    points.push(x, y, halfWidth * (1 - 0.82 * t) * beads);
  }
  return Float32Array.from(points);
}

function headingAt(path: Path, index: number): number {
  const i = Math.min(Math.max(0, index), path.length / 3 - 2) * 3;
  return Math.atan2((path[i + 4] as number) - (path[i + 1] as number), (path[i + 3] as number) - (path[i] as number));
}

/** Side branches of `parent`, alternating, each bending back towards the parent's course. */
function branches(parent: Vessel, options: TreeOptions, depth: number, beading: number): Vessel[] {
  const { twigs: stream, landmarks } = options;
  const points = parent.path.length / 3;
  const grown: Vessel[] = [];
  const spacing = depth === 1 ? 0.17 : 0.13;
  let side = stream.uniform() < 0.5 ? 1 : -1;
  for (let at = stream.between(0.12, 0.26); at < (points - 4) * STEP; at += spacing * stream.between(0.7, 1.4)) {
    const index = Math.round(at / STEP);
    const x = parent.path[index * 3] as number;
    const y = parent.path[index * 3 + 1] as number;
    const halfWidth = parent.path[index * 3 + 2] as number;
    side = -side;
    const heading = headingAt(parent.path, index) + side * stream.between(0.5, 1.1);
    const length =
      (depth === 1 ? stream.between(0.28, 0.62) : stream.between(0.12, 0.3)) * (1 - (0.3 * index) / points);
    const path = grow({
      x,
      y,
      heading,
      halfWidth: halfWidth * stream.between(0.5, 0.7),
      length,
      bend: -side * stream.between(0.2, 1.6),
      wobble: 1.1 * options.tortuosity,
      taper: 0.65,
      landmarks,
      stream,
      beading: beading * 0.7,
    });
    if (path.length < 12) continue;
    const vessel: Vessel = { kind: parent.kind, path, order: depth };
    grown.push(vessel);
    if (depth < 2) grown.push(...branches(vessel, options, depth + 1, 0));
  }
  return grown;
}

function trunk(options: TreeOptions, quadrant: number, kind: Vessel['kind']): Vessel {
  const { landmarks, trunks: stream, width } = options;
  const { discX, discY } = landmarks;
  const up = quadrant % 2 === 0 ? 1 : -1;
  const beading = kind === 'vein' && options.beaded.includes(quadrant) ? 0.42 : 0;
  const halfWidth = (kind === 'vein' ? 0.0135 : 0.0095) * width * stream.between(0.92, 1.08);
  if (quadrant < 2) {
    return { kind, order: 0, path: growArcade(options, up, halfWidth, beading, kind === 'vein') };
  }
  const lift = (kind === 'vein' ? stream.between(0.55, 0.85) : stream.between(0.35, 0.95)) * up;
  const path = grow({
    x: discX + stream.between(-0.02, 0.02),
    y: discY + stream.between(-0.02, 0.02),
    heading: -lift,
    halfWidth: halfWidth * 0.8,
    length: 0.95,
    bend: stream.between(-0.3, 0.3),
    wobble: 0.9 * options.tortuosity,
    taper: 0.55,
    landmarks,
    stream,
    beading,
  });
  return { kind, order: 0, path };
}

/** Fine vessels from the temporal edge of the disc towards the macula. */
function macularTwigs(options: TreeOptions): Vessel[] {
  const { landmarks, twigs: stream } = options;
  const { discX, discY, discRadius } = landmarks;
  return Array.from({ length: 3 + stream.integer(2) }, (_, i): Vessel => {
    const heading = Math.PI + stream.between(-0.55, 0.55);
    const path = grow({
      x: discX + Math.cos(heading) * discRadius * 0.6,
      y: discY + Math.sin(heading) * discRadius * 0.6,
      heading,
      halfWidth: 0.0055 * options.width,
      length: stream.between(0.25, 0.45),
      bend: stream.between(-0.5, 0.5),
      wobble: 1.5 * options.tortuosity,
      taper: 0.6,
      landmarks,
      stream,
      beading: 0,
    });
    return { kind: i % 2 === 0 ? 'artery' : 'vein', path, order: 1 };
  });
}

export function growVessels(options: TreeOptions): Vessel[] {
  const tree: Vessel[] = [];
  for (let quadrant = 0; quadrant < 4; quadrant++) {
    for (const kind of ['vein', 'artery'] as const) {
      const main = trunk(options, quadrant, kind);
      const beading = kind === 'vein' && options.beaded.includes(quadrant) ? 0.42 : 0;
      tree.push(main, ...branches(main, options, 1, beading));
    }
  }
  return [...tree, ...macularTwigs(options)];
}

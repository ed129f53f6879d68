/** From a study to a greyscale radiograph: attenuations add up along the beam, then a film-like curve makes brightness. */
import { RandomStream } from '../../../shared/system/random.ts';
import type { PhantomImage } from '../image.ts';
import { blurRows, createLayer, drawPath, smoothstep, type Path } from '../layer.ts';
import { fractalNoise } from '../noise.ts';
import { bodyHalfWidth, diaphragm, heartMask, layOutChest, lungMask, type ChestAnatomy } from './anatomy.ts';
import { growLungVessels, layOutClavicles, layOutDevices, layOutRibs } from './bones.ts';
import { addCollapse, addConsolidation, addEdema, addEffusion, atelectasisPlates, type Grid } from './findings.ts';
import type { ChestStudy } from './patient.ts';

interface Beam extends Grid {
  fromChest(path: Path): Path;
}

/** The picture shows this part of the height that the chest's units count as 1. */
const SHOWN = 0.88;

function aimBeam({ width, height }: ChestStudy, anatomy: ChestAnatomy): Beam {
  const scale = height / SHOWN;
  const cos = Math.cos(anatomy.tilt);
  const sin = Math.sin(anatomy.tilt);
  const midX = width / 2 + anatomy.shift * scale;
  const midY = height / 2;
  const middle = 0.49;
  const toX = (px: number, py: number): number => ((px + 0.5 - midX) * cos + (py + 0.5 - midY) * sin) / scale;
  const toY = (px: number, py: number): number => ((py + 0.5 - midY) * cos - (px + 0.5 - midX) * sin) / scale + middle;
  const lung = new Float32Array(width * height);
  for (let py = 0, at = 0; py < height; py++) {
    for (let px = 0; px < width; px++, at++) lung[at] = lungMask(anatomy, toX(px, py), toY(px, py));
  }
  return {
    width,
    height,
    lung,
    toX,
    toY,
    fromChest(path) {
      const mapped = new Float32Array(path.length);
      for (let i = 0; i < path.length; i += 3) {
        const x = (path[i] as number) * scale;
        const y = ((path[i + 1] as number) - middle) * scale;
        mapped[i] = midX + x * cos - y * sin;
        mapped[i + 1] = midY + y * cos + x * sin;
        mapped[i + 2] = (path[i + 2] as number) * scale;
      }
      return mapped;
    },
  };
}

/** The technician's lead letter L, at the side of the picture's upper corner. */
function drawMarker(stream: RandomStream): Path[] {
  const x = stream.between(0.36, 0.44);
  const y = stream.between(0.09, 0.16);
  const line = (ax: number, ay: number, bx: number, by: number): Path =>
    Float32Array.of(x + ax, y + ay, 0.0045, x + bx, y + by, 0.0045);
  return [line(0, 0, 0, 0.045), line(0, 0.045, 0.027, 0.045)];
}

function drawAll(beam: Beam, paths: readonly Path[], soft = 1) {
  const layer = createLayer(beam.width, beam.height);
  for (const path of paths) drawPath(layer, beam.fromChest(path), 1, soft);
  return layer.data;
}

/** Bright soft tissue, bones and fluid; dark air. */
function attenuate(study: ChestStudy, beam: Beam, anatomy: ChestAnatomy): Float32Array {
  const { patient, view } = study;
  const own = new RandomStream('cxr-render', study.key);
  const { width, height } = beam;
  const ribs = layOutRibs(study, anatomy);
  const ribBodies = drawAll(beam, ribs.bodies);
  const ribMargins = drawAll(beam, ribs.margins);
  const clavicles = drawAll(beam, layOutClavicles(study, anatomy));
  const vessels = drawAll(beam, growLungVessels(study, anatomy), 1.5);
  blurRows(vessels, width, height, 1, Math.min(0.3, 0.12 * (height / 128)));
  const plates = drawAll(beam, atelectasisPlates(study, anatomy), 1.5);
  const metal = drawAll(beam, [...layOutDevices(study, anatomy), ...drawMarker(own)]);
  const opacity = createLayer(width, height);
  addEffusion(opacity, beam, study, anatomy);
  addConsolidation(opacity, beam, study);
  addEdema(opacity, beam, study, anatomy);
  addCollapse(opacity, beam, study, anatomy);
  const flesh = fractalNoise({ width, height, cells: 5, octaves: 5, persistence: 0.6 }, own);
  const edema = study.findings.Edema ?? study.lookAlikes.Edema ?? 0;
  const vesselStrength = 0.085 * (1 + 0.6 * edema);
  const bubble = {
    x: own.between(0.1, 0.2),
    y: anatomy.dome[1] + own.between(0.05, 0.09),
    radius: own.between(0.025, 0.06),
  };
  const breast = patient.sex === 'Female' ? 0.03 + 0.07 * patient.build : 0;
  const scapula = view === 'AP' ? 0.07 : 0.02;
  const density = new Float32Array(width * height);
  for (let py = 0, at = 0; py < height; py++) {
    for (let px = 0; px < width; px++, at++) {
      const x = beam.toX(px, py);
      const y = beam.toY(px, py);
      const half = bodyHalfWidth(anatomy.cage, patient.build, y);
      const far = Math.abs(x);
      const body = smoothstep(half + 0.01, half - 0.03, far);
      if (body === 0) {
        density[at] = (metal[at] as number) * 0.7;
        continue;
      }
      const side = x < 0 ? -1 : 1;
      const lung = beam.lung[at] as number;
      const heart = heartMask(anatomy, x, y);
      const below = smoothstep(-0.005, 0.05, y - diaphragm(anatomy, side, x));
      let value = body * (0.5 + 0.06 * patient.build + 0.16 * smoothstep(0.28, 0.0, far) + 0.1 * below);
      const open = lung * (1 - heart);
      value -= open * (0.31 + 0.05 * (1 - patient.build) + 0.03 * smoothstep(0.15, 0.4, y));
      value -= 0.05 * heart * lung;
      const veil = opacity.data[at] as number;
      value +=
        open * vesselStrength * (vessels[at] as number) * Math.max(0, 1 - 2.6 * veil) +
        open * 0.2 * (plates[at] as number);
      value += veil * (1 - 0.75 * heart);
      const overLung = 0.35 + 0.65 * lung;
      value += (0.062 * (ribBodies[at] as number) + 0.05 * (ribMargins[at] as number)) * overLung * (1 - 0.6 * below);
      value += 0.1 * (clavicles[at] as number);
      value +=
        scapula *
        smoothstep(0.04, 0, Math.abs(far - anatomy.cage * 0.98 - 0.18 * (0.42 - y))) *
        smoothstep(0.5, 0.4, y) *
        smoothstep(0.1, 0.2, y);
      if (far < 0.045) value += 0.035 * (0.6 + 0.4 * Math.sin(y * 88)) * smoothstep(0.045, 0.032, far);
      const windpipe = smoothstep(0.02, 0.012, Math.abs(x - 0.004)) * smoothstep(0.33, 0.29, y);
      value -= 0.1 * windpipe;
      if (breast > 0) {
        const bx = (far - 0.24) / 0.15;
        const by = (y - 0.62) / 0.13;
        value += breast * smoothstep(1.15, 0.35, bx * bx + by * by) * smoothstep(-1.1, 0.3, by);
      }
      const gas = Math.hypot(x - bubble.x, (y - bubble.y) * 1.3);
      value -= 0.16 * below * smoothstep(bubble.radius, bubble.radius * 0.35, gas);
      value += 0.014 * (flesh[at] as number);
      density[at] = value + 0.55 * (metal[at] as number);
    }
  }
  return density;
}

export function renderChest(study: ChestStudy): PhantomImage {
  const anatomy = layOutChest(study);
  const beam = aimBeam(study, anatomy);
  const density = attenuate(study, beam, anatomy);
  const film = new RandomStream('cxr-film', study.key);
  const contrast = film.between(0.9, 1.25);
  const brightness = film.between(-0.06, 0.06) + (study.view === 'AP' ? 0.03 : 0);
  const noise = study.view === 'AP' ? 0.022 : 0.014;
  const data = new Uint8Array(density.length);
  for (let i = 0; i < density.length; i++) {
    const word = film.nextUint32();
    const grain = ((word & 0xffff) + (word >>> 16)) / 65536 - 1;
    const value = 0.47 + brightness + ((density[i] as number) - 0.45) * contrast * 1.25 + 2.4 * noise * grain;
    data[i] = value <= 0 ? 0 : value >= 1 ? 255 : value * 255;
  }
  return { data, width: study.width, height: study.height, channels: 1 };
}

/** From a scene to the photograph: layers of blood and deposits over the pigmented fundus, lit and recorded by the camera. */
import { RandomStream } from '../../../shared/system/random.ts';
import type { PhantomImage } from '../image.ts';
import { blurRows, smoothstep } from '../layer.ts';
import { fractalNoise } from '../noise.ts';
import { drawLayers, type Frame, type Layers } from './draw-layers.ts';
import type { FundusScene } from './scene.ts';

type Colour = [number, number, number];
const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

/** Reflectance of the fundus from blond to heavily pigmented. */
function baseColour(pigment: number): Colour {
  return pigment < 0.5
    ? mix([0.88, 0.5, 0.28], [0.76, 0.36, 0.17], pigment * 2)
    : mix([0.76, 0.36, 0.17], [0.52, 0.25, 0.14], pigment * 2 - 1);
}

/** Paints reflectance, illumination and haze into float RGB of the layer's size. */
function shade(scene: FundusScene, frame: Frame, layers: Layers): Float32Array {
  const { patient, landmarks, light } = scene;
  const { width, height, radius, mirror } = frame;
  const texture = new RandomStream('fundus-texture', scene.textureKey);
  const broad = fractalNoise({ width, height, cells: 3, octaves: 3, persistence: 0.6 }, texture);
  const ridges = fractalNoise({ width, height, cells: 9, octaves: 3, persistence: 0.7 }, texture);
  const [baseR, baseG, baseB] = baseColour(patient.pigment);
  // Choroidal vessels show through a pale fundus (tessellation).
  const tessellation = 0.1 * Math.max(0, 0.75 - Math.abs(patient.pigment - 0.25));
  const haze = Math.min(0.5, patient.haze);
  const cup = patient.cupRatio;
  const { cast, vignette } = patient.camera;
  const rgb = new Float32Array(width * height * 3);
  for (let py = 0, at = 0; py < height; py++) {
    const y = (py + 0.5 - frame.centreY) / radius;
    for (let px = 0; px < width; px++, at++) {
      const cameraX = (px + 0.5 - frame.centreX) / radius;
      const fromCentre = cameraX * cameraX + y * y;
      if (fromCentre > 1.08) continue;
      const x = cameraX * mirror;
      const ridge = 1 - Math.min(1, Math.abs(ridges[at] as number) * 0.9);
      const tone = 1 + 0.055 * (broad[at] as number) + tessellation * (ridge - 0.45);
      let r = baseR * tone;
      let g = baseG * (1 + 1.25 * (tone - 1));
      let b = baseB * tone;

      const fx = x - landmarks.foveaX;
      const fy = y - landmarks.foveaY;
      const fovea2 = fx * fx + fy * fy;
      if (fovea2 < 0.4) {
        const macula = 0.3 * Math.exp(-fovea2 / 0.045) + 0.16 * Math.exp(-fovea2 / 0.006);
        r *= 1 - 0.75 * macula;
        g *= 1 - macula;
        b *= 1 - 1.1 * macula;
        const ring = Math.sqrt(fovea2) - 0.16;
        const reflex = patient.sheen * (0.16 * Math.exp(-(ring * ring) / 0.0012) + 0.5 * Math.exp(-fovea2 / 0.0004));
        r += 0.5 * reflex;
        g += 0.55 * reflex;
        b += 0.45 * reflex;
      }

      const dx = x - landmarks.discX;
      const dy = (y - landmarks.discY) * 0.92;
      const disc = Math.sqrt(dx * dx + dy * dy) / landmarks.discRadius;
      if (patient.sheen > 0 && disc > 1 && disc < 6) {
        const fibres = Math.sin(70 * Math.atan2(dy, dx) + 3 * (broad[at] as number));
        const arcade = Math.exp(-((Math.abs(fy) - 0.42) ** 2) / 0.03);
        const shine = 0.05 * patient.sheen * arcade * (1 + 0.7 * fibres);
        r += shine;
        g += shine;
        b += shine;
      }
      if (disc < 1.7) {
        if (scene.crescent > 0 && dx < 0) {
          const pale =
            0.5 * scene.crescent * smoothstep(1.55, 1.2, disc) * smoothstep(0, -0.5, dx / landmarks.discRadius);
          r += (0.85 - r) * pale;
          g += (0.62 - g) * pale;
          b += (0.4 - b) * pale;
        }
        const edge = smoothstep(1.09, 0.9, disc);
        r += (0.97 - r) * edge;
        g += (0.68 - 0.05 * (dx > 0 ? 1 : 0) - g) * edge;
        b += (0.4 - b) * edge;
        const inCup = 0.75 * smoothstep(cup + 0.14, cup - 0.14, disc);
        r += (1.02 - r) * inCup;
        g += (0.88 - g) * inCup;
        b += (0.66 - b) * inCup;
      }

      const artery = layers.artery.data[at] as number;
      const vein = layers.vein.data[at] as number;
      if (artery > 0 || vein > 0) {
        r *= Math.exp(-0.16 * artery - 0.48 * vein);
        g *= Math.exp(-0.62 * artery - 0.95 * vein);
        b *= Math.exp(-0.5 * artery - 0.7 * vein);
      }
      const yellow = layers.yellow.data[at] as number;
      if (yellow > 0) {
        r += (1.02 - r) * yellow * 0.9;
        g += (0.86 - g) * yellow;
        b += (0.42 - b) * yellow * 0.9;
      }
      const white = layers.white.data[at] as number;
      if (white > 0) {
        r += (0.94 - r) * white;
        g += (0.84 - g) * white;
        b += (0.68 - b) * white;
      }

      const lx = cameraX - light.x;
      const ly = y - light.y;
      const lit =
        scene.exposure * (1 - vignette * Math.min(1.6, lx * lx + ly * ly)) * (1 - (layers.dark.data[at] as number));
      const veil = haze * (0.35 + 0.3 * fromCentre);
      const out = at * 3;
      rgb[out] = (r + (0.6 - r) * veil) * lit * cast[0];
      rgb[out + 1] = (g + (0.48 - g) * veil) * lit * cast[1];
      rgb[out + 2] = (b + (0.4 - b) * veil) * lit * cast[2];
    }
  }
  if (scene.flare !== null) addFlare(rgb, frame, scene.flare);
  return rgb;
}

function addFlare(rgb: Float32Array, frame: Frame, flare: { angle: number; width: number; strength: number }): void {
  const ux = Math.cos(flare.angle);
  const uy = Math.sin(flare.angle);
  for (let py = 0, at = 0; py < frame.height; py++) {
    const y = (py + 0.5 - frame.centreY) / frame.radius;
    for (let px = 0; px < frame.width; px++, at += 3) {
      const x = (px + 0.5 - frame.centreX) / frame.radius;
      const away = Math.hypot(x - 0.32 * -ux, y - 0.32 * -uy);
      const glow = flare.strength * smoothstep(1.25 - flare.width, 1.32, away);
      if (glow <= 0) continue;
      rgb[at] = (rgb[at] as number) + 0.5 * glow;
      rgb[at + 1] = (rgb[at + 1] as number) + 0.55 * glow;
      rgb[at + 2] = (rgb[at + 2] as number) + 0.6 * glow;
    }
  }
}

/** 1 inside the field, 0 outside, with a pixel of edge; the notch is a small tab beyond the edge. */
function fieldMask(scene: FundusScene, x: number, y: number, radius: number): number {
  const distance = Math.sqrt(x * x + y * y);
  const inside = Math.min(1, Math.max(0, (1 - distance) * radius + 0.5));
  if (inside > 0 || scene.patient.camera.notch === 'none') return inside;
  const along = x * 0.906 - y * 0.423;
  const across = x * 0.423 + y * 0.906;
  if (along < 0.9 || along > 1.055) return 0;
  const half = scene.patient.camera.notch === 'square' ? 0.045 : 0.06 * (1.055 - along) * 9;
  return Math.abs(across) < half ? 1 : 0;
}

const BYTE = (value: number): number => (value <= 0 ? 0 : value >= 1 ? 255 : Math.round(value * 255));

/** `size` is the height of the picture in pixels; its width follows the camera. */
export function renderFundus(scene: FundusScene, size: number): PhantomImage {
  const { camera } = scene.patient;
  const width = Math.round(size * camera.aspect);
  const radius = camera.fieldRadius * size;
  const left = Math.max(0, Math.floor(width / 2 - radius * 1.06));
  const fieldWidth = width - 2 * left;
  const mirror = scene.eye.side === 'right' ? 1 : -1;
  const frame: Frame = { width: fieldWidth, height: size, centreX: fieldWidth / 2, centreY: size / 2, radius, mirror };
  const rgb = shade(scene, frame, drawLayers(scene, frame));
  blurRows(rgb, fieldWidth, size, 3, Math.min(0.3, camera.blur * Math.max(1, size / 256)));
  const noise = new RandomStream('fundus-noise', scene.textureKey);
  const gamma = Uint8Array.from({ length: 1025 }, (_, i) => BYTE((i / 1024) ** camera.gamma));
  const data = new Uint8Array(width * size * 3);
  for (let py = 0; py < size; py++) {
    const y = (py + 0.5 - frame.centreY) / radius;
    for (let px = 0; px < fieldWidth; px++) {
      const x = (px + 0.5 - frame.centreX) / radius;
      const shown = fieldMask(scene, x, y, radius);
      if (shown === 0) continue;
      const from = (py * fieldWidth + px) * 3;
      const to = (py * width + left + px) * 3;
      for (let k = 0; k < 3; k++) {
        // The sum of two uniform values, one random word a channel.
        const word = noise.nextUint32();
        const grain = ((word & 0xffff) + (word >>> 16)) / 65536 - 1;
        const value = ((rgb[from + k] as number) + 2.4 * camera.noise * grain) * shown;
        data[to + k] = gamma[value <= 0 ? 0 : value >= 1 ? 1024 : (value * 1024) | 0] as number;
      }
    }
  }
  return { data, width, height: size, channels: 3 };
}

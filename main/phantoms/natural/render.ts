/**
 * Dead leaves (Matheron; Lee, Mumford and Huang, IJCV 2001): shapes of power-law size occlude each other, each with its own colour and 1/f
 * texture. Such images share the edge and scale statistics of photographs, so that a network trained on them learns oriented
 * first-layer filters without any download.
 */
import { RandomStream } from '../../../shared/system/random.ts';
import type { PhantomImage } from '../image.ts';
import { fractalNoise } from '../noise.ts';
import { LEAF_CLASSES, type LeafClass } from './classes.ts';

const SUPERSAMPLING = 2;
const LARGEST = 0.42;
const MOST_LEAVES = 1600;
const TEXTURE_SIDE = 256;

/** A few 1/f textures, made once for a seed; leaves take random windows of them. */
export function createTextures(seed: number): Float32Array[] {
  return Array.from({ length: 4 }, (_, i) => {
    const stream = new RandomStream('natural-texture', seed, i);
    return fractalNoise({ width: TEXTURE_SIDE, height: TEXTURE_SIDE, cells: 6, octaves: 6, persistence: 0.62 }, stream);
  });
}

function hsvToRgb(hue: number, saturation: number, value: number): [number, number, number] {
  const component = (n: number): number => {
    const k = (n + (hue - Math.floor(hue)) * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [component(5), component(3), component(1)];
}

/** Inside test in the leaf's own coordinates, where the shape fills the unit box or disc. */
function isInside(shape: LeafClass['shape'], u: number, v: number): boolean {
  switch (shape) {
    case 'ellipse':
      return u * u + v * v < 1;
    case 'rectangle':
      return u > -1 && u < 1 && v > -1 && v < 1;
    case 'triangle':
      return v < 0.6 && v > -1 && Math.abs(u) * 1.6 < v + 1;
    case 'hexagon': {
      const side = Math.abs(v);
      return side < 0.866 && Math.abs(u) + side * 0.577 < 1;
    }
  }
}

interface Leaf {
  x: number;
  y: number;
  halfLength: number;
  halfWidth: number;
  angle: number;
  colour: [number, number, number];
  texture: Float32Array;
  textureX: number;
  textureY: number;
  /** Shading across the leaf. */
  slopeU: number;
  slopeV: number;
}

interface Scene {
  kind: LeafClass;
  side: number;
  hue: number;
  saturation: number;
  grain: number;
  stream: RandomStream;
  textures: readonly Float32Array[];
}

function drawLeaf(scene: Scene): Leaf {
  const { kind, side, stream, textures } = scene;
  const low = 1 / LARGEST ** 2;
  const high = 1 / kind.smallest ** 2;
  const radius = side / Math.sqrt(low + (high - low) * stream.uniform());
  const aspect = stream.between(kind.aspect[0], kind.aspect[1]);
  const hue = scene.hue + 0.05 * stream.normal();
  const value = stream.between(0.18, 0.95);
  return {
    x: stream.between(-0.15, 1.15) * side,
    y: stream.between(-0.15, 1.15) * side,
    halfLength: radius * Math.sqrt(Math.min(aspect, 4)),
    halfWidth: (radius * Math.sqrt(Math.min(aspect, 4))) / aspect,
    angle: kind.angle[0] + kind.angle[1] * stream.between(-1, 1),
    colour: hsvToRgb(hue, Math.min(1, Math.max(0, scene.saturation + 0.1 * stream.normal())), value),
    texture: textures[stream.integer(textures.length)] as Float32Array,
    textureX: stream.integer(TEXTURE_SIDE),
    textureY: stream.integer(TEXTURE_SIDE),
    slopeU: stream.between(-0.15, 0.15),
    slopeV: stream.between(-0.15, 0.15),
  };
}

/** Paints a leaf where nothing lies above it yet; returns how many pixels it took. */
function paintLeaf({ kind, side, grain }: Scene, leaf: Leaf, rgb: Float32Array, taken: Uint8Array): number {
  const reach = Math.hypot(leaf.halfLength, leaf.halfWidth);
  const x0 = Math.max(0, Math.floor(leaf.x - reach));
  const x1 = Math.min(side - 1, Math.ceil(leaf.x + reach));
  const y0 = Math.max(0, Math.floor(leaf.y - reach));
  const y1 = Math.min(side - 1, Math.ceil(leaf.y + reach));
  const cos = Math.cos(leaf.angle);
  const sin = Math.sin(leaf.angle);
  const stripes = kind.stripes;
  const wave = stripes === null ? 0 : (stripes.cycles * 2 * Math.PI) / side;
  const waveU = stripes === null ? 0 : Math.cos(stripes.angle) * wave;
  const waveV = stripes === null ? 0 : Math.sin(stripes.angle) * wave;
  const [red, green, blue] = leaf.colour;
  let count = 0;
  for (let py = y0; py <= y1; py++) {
    const dy = py + 0.5 - leaf.y;
    for (let px = x0, at = py * side + x0; px <= x1; px++, at++) {
      if (taken[at] === 1) continue;
      const dx = px + 0.5 - leaf.x;
      const along = dx * cos + dy * sin;
      const across = dy * cos - dx * sin;
      const u = along / leaf.halfLength;
      const v = across / leaf.halfWidth;
      if (!isInside(kind.shape, u, v)) continue;
      taken[at] = 1;
      count++;
      const row = (py + leaf.textureY) & (TEXTURE_SIDE - 1);
      const column = (px + leaf.textureX) & (TEXTURE_SIDE - 1);
      let light = 1 + grain * (leaf.texture[row * TEXTURE_SIDE + column] as number) + leaf.slopeU * u + leaf.slopeV * v;
      if (stripes !== null) light += stripes.strength * Math.sin(along * waveU + across * waveV);
      rgb[at * 3] = red * light;
      rgb[at * 3 + 1] = green * light;
      rgb[at * 3 + 2] = blue * light;
    }
  }
  return count;
}

/** Front to back, until nearly everything is covered; what is left shows a plain ground. */
function paintLeaves(scene: Scene): Float32Array {
  const { side } = scene;
  const rgb = new Float32Array(side * side * 3).fill(0.3);
  const taken = new Uint8Array(side * side);
  let free = side * side;
  for (let i = 0; i < MOST_LEAVES && free > 0.004 * side * side; i++) {
    free -= paintLeaf(scene, drawLeaf(scene), rgb, taken);
  }
  return rgb;
}

/** `classIndex` into LEAF_CLASSES; `size` x `size` pixels. */
export function renderNatural(
  params: { seed: number; classIndex: number; index: number; size: number },
  textures: readonly Float32Array[],
): PhantomImage {
  const { seed, classIndex, index, size } = params;
  const kind = LEAF_CLASSES[classIndex] as LeafClass;
  const stream = new RandomStream('natural', seed, classIndex, index);
  const side = size * SUPERSAMPLING;
  const scene: Scene = {
    kind,
    side,
    hue: kind.hue + 0.13 * stream.normal(),
    saturation: kind.saturation * stream.between(0.4, 1.4),
    grain: kind.grain * stream.between(0.6, 1.5),
    stream,
    textures,
  };
  const rgb = paintLeaves(scene);
  const exposure = stream.between(0.75, 1.15);
  const noise = stream.between(0, 0.025);
  const data = new Uint8Array(size * size * 3);
  const row = side * 3;
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (y * SUPERSAMPLING * side + x * SUPERSAMPLING) * 3;
      const word = stream.nextUint32();
      const grain = 2.4 * noise * (((word & 0xffff) + (word >>> 16)) / 65536 - 1);
      for (let k = 0; k < 3; k++, at++) {
        const a = from + k;
        const sum =
          (rgb[a] as number) + (rgb[a + 3] as number) + (rgb[a + row] as number) + (rgb[a + row + 3] as number);
        const value = (sum * 0.25 * exposure + grain) * 255;
        data[at] = value <= 0 ? 0 : value >= 255 ? 255 : value;
      }
    }
  }
  return { data, width: size, height: size, channels: 3 };
}

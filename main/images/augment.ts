/**
 * Augmentation and normalisation of one image, for the feeding workers: bytes in, normalised float32 NHWC out, in two passes without
 * intermediate copies. Order: crop, hue, contrast, flips, normalisation. The draws are always the same seven numbers in the same order, so that
 * switching one kind off leaves the others as they were.
 */
import type { Augmentation, Protocol } from '../../shared/study/protocol.ts';
import type { RandomStream } from '../../shared/system/random.ts';

export interface AugmentParams {
  /** size x size x 3, row-major RGB. */
  pixels: Uint8Array;
  size: number;
  /** null: only normalise; the stream is not touched. */
  augmentation: Augmentation | null;
  normalisation: Protocol['normalisation'];
  stream: RandomStream;
  /** Receives size x size x 3 values from `offset` on. */
  out: Float32Array;
  offset: number;
}

/** What was drawn for one image. */
export interface AugmentDraw {
  /** The crop window, in pixels: a square of `side` at (left, top). */
  side: number;
  left: number;
  top: number;
  /** Hue shift as a fraction of a full turn. */
  hue: number;
  contrast: number;
  flipHorizontal: boolean;
  flipVertical: boolean;
}

export function drawAugmentation(augmentation: Augmentation, size: number, stream: RandomStream): AugmentDraw {
  const side = size * (1 - augmentation.crop * stream.uniform());
  const left = (size - side) * stream.uniform();
  const top = (size - side) * stream.uniform();
  const hue = augmentation.hue * (2 * stream.uniform() - 1);
  const contrast = 1 + augmentation.contrast * (2 * stream.uniform() - 1);
  const horizontal = stream.uniform() < 0.5;
  const vertical = stream.uniform() < 0.5;
  return {
    side,
    left,
    top,
    hue,
    contrast,
    flipHorizontal: augmentation.flipHorizontal && horizontal,
    flipVertical: augmentation.flipVertical && vertical,
  };
}

/**
 * Per channel of the output: value / 255, minus mean, over standard deviation. `source` is the RGB channel that an output channel
 * is made of. ImageNet's figures as published models use them; `imagenet-bgr-mean` is Keras's "caffe" mode: blue first, and the
 * means 103.939, 116.779, 123.68 taken off values of 0..255.
 */
const NORMALISATION: Record<Protocol['normalisation'], { source: number[]; mean: number[]; deviation: number[] }> = {
  imagenet: { source: [0, 1, 2], mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  'minus-one-to-one': { source: [0, 1, 2], mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  'imagenet-bgr-mean': {
    source: [2, 1, 0],
    mean: [103.939 / 255, 116.779 / 255, 123.68 / 255],
    deviation: [1 / 255, 1 / 255, 1 / 255],
  },
};

/** The affine map from bytes to the model's input, by output channel: `value[source] * scale + shift`. */
export function normalisationMap(normalisation: Protocol['normalisation']): {
  source: number[];
  scale: number[];
  shift: number[];
} {
  const { source, mean, deviation } = NORMALISATION[normalisation];
  return {
    source,
    scale: deviation.map((d) => 1 / (255 * d)),
    shift: mean.map((m, channel) => -m / (deviation[channel] as number)),
  };
}

/** Source columns (or rows) of a bilinear resize with pixel centres aligned: lower index, upper index, weight of the upper. */
function samplingTable(
  size: number,
  start: number,
  side: number,
  flip: boolean,
): { low: Int32Array; high: Int32Array; weight: Float64Array } {
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  const weight = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const target = flip ? size - 1 - i : i;
    const position = Math.min(size - 1, Math.max(0, start + ((target + 0.5) * side) / size - 0.5));
    const floor = Math.floor(position);
    low[i] = floor;
    high[i] = Math.min(size - 1, floor + 1);
    weight[i] = position - floor;
  }
  return { low, high, weight };
}

/**
 * Rotates the hue of `values[at..at+2]` in place by `turn` sixths of a turn (-3..3), HSV value and saturation kept.
 */
function shiftHue(values: Float32Array, at: number, turn: number): void {
  const r = values[at] as number;
  const g = values[at + 1] as number;
  const b = values[at + 2] as number;
  const high = r > g ? (r > b ? r : b) : g > b ? g : b;
  const low = r < g ? (r < b ? r : b) : g < b ? g : b;
  const chroma = high - low;
  if (chroma === 0) return;
  let hue = high === r ? (g - b) / chroma : high === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  hue += turn;
  if (hue < 0) hue += 6;
  if (hue >= 6) hue -= 6;
  const sector = Math.floor(hue);
  const rest = hue - sector;
  const middle = low + chroma * (sector % 2 === 0 ? rest : 1 - rest);
  const red = sector === 0 || sector === 5 ? high : sector === 1 || sector === 4 ? middle : low;
  const green = sector === 1 || sector === 2 ? high : sector === 0 || sector === 3 ? middle : low;
  const blue = sector === 3 || sector === 4 ? high : sector === 2 || sector === 5 ? middle : low;
  values[at] = red;
  values[at + 1] = green;
  values[at + 2] = blue;
}

function normaliseInto({ pixels, size, normalisation, out, offset }: AugmentParams): void {
  const { source, scale, shift } = normalisationMap(normalisation);
  const [c0, c1, c2] = source as [number, number, number];
  const [s0, s1, s2] = scale as [number, number, number];
  const [t0, t1, t2] = shift as [number, number, number];
  for (let i = 0, at = offset; i < size * size * 3; i += 3, at += 3) {
    out[at] = (pixels[i + c0] as number) * s0 + t0;
    out[at + 1] = (pixels[i + c1] as number) * s1 + t1;
    out[at + 2] = (pixels[i + c2] as number) * s2 + t2;
  }
}

/** Crop, flips and hue; returns the sum of each channel. */
function resample({ pixels, size, out, offset }: AugmentParams, draw: AugmentDraw): [number, number, number] {
  const columns = samplingTable(size, draw.left, draw.side, draw.flipHorizontal);
  const rows = samplingTable(size, draw.top, draw.side, draw.flipVertical);
  const turn = draw.hue * 6;
  let [sum0, sum1, sum2] = [0, 0, 0];
  for (let y = 0, at = offset; y < size; y++) {
    const upper = (rows.low[y] as number) * size;
    const lower = (rows.high[y] as number) * size;
    const down = rows.weight[y] as number;
    for (let x = 0; x < size; x++, at += 3) {
      const left = columns.low[x] as number;
      const right = columns.high[x] as number;
      const across = columns.weight[x] as number;
      const a = (upper + left) * 3;
      const b = (upper + right) * 3;
      const c = (lower + left) * 3;
      const d = (lower + right) * 3;
      const wa = (1 - down) * (1 - across);
      const wb = (1 - down) * across;
      const wc = down * (1 - across);
      const wd = down * across;
      for (let k = 0; k < 3; k++) {
        out[at + k] =
          (pixels[a + k] as number) * wa +
          (pixels[b + k] as number) * wb +
          (pixels[c + k] as number) * wc +
          (pixels[d + k] as number) * wd;
      }
      if (turn !== 0) shiftHue(out, at, turn);
      sum0 += out[at] as number;
      sum1 += out[at + 1] as number;
      sum2 += out[at + 2] as number;
    }
  }
  return [sum0, sum1, sum2];
}

/**
 * `contrast` moves every value away from or towards its channel's mean over the (cropped) image; results are clipped to
 * 0..255 and then normalised.
 */
function finish({ size, normalisation, out, offset }: AugmentParams, contrast: number, sums: readonly number[]): void {
  const { source, scale, shift } = normalisationMap(normalisation);
  const end = offset + size * size * 3;
  for (let k = 0; k < 3; k++) {
    const channel = source[k] as number;
    const mean = (sums[channel] as number) / (size * size);
    const s = scale[k] as number;
    const t = shift[k] as number;
    const base = mean * (1 - contrast);
    for (let at = offset + channel; at < end; at += 3) {
      const value = (out[at] as number) * contrast + base;
      out[at] = (value < 0 ? 0 : value > 255 ? 255 : value) * s + t;
    }
  }
  if (source[0] === 2) swapRedAndBlue(out, offset, end);
}

function swapRedAndBlue(values: Float32Array, begin: number, end: number): void {
  for (let at = begin; at < end; at += 3) {
    const red = values[at] as number;
    values[at] = values[at + 2] as number;
    values[at + 2] = red;
  }
}

/** Writes one training example. Deterministic by the stream. */
export function augmentInto(params: AugmentParams): void {
  const { pixels, size, augmentation, out, offset } = params;
  const values = size * size * 3;
  if (pixels.length < values || out.length < offset + values) {
    throw new RangeError(
      `Expected room for ${values} values, got ${pixels.length} bytes and ${out.length - offset} floats.`,
    );
  }
  if (augmentation === null) {
    normaliseInto(params);
    return;
  }
  const draw = drawAugmentation(augmentation, size, params.stream);
  finish(params, draw.contrast, resample(params, draw));
}

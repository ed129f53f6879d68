import { describe, expect, it } from 'vitest';
import { augmentInto, drawAugmentation, normalisationMap } from '../../../main/images/augment.ts';
import type { Augmentation } from '../../../shared/study/protocol.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const SIZE = 12;
const VALUES = SIZE * SIZE * 3;
const NONE: Augmentation = { crop: 0, hue: 0, contrast: 0, flipHorizontal: false, flipVertical: false };
const source = new RandomStream('augment-test');
const pixels = Uint8Array.from({ length: VALUES }, () => source.integer(256));

/** The result in 0..255 again. */
function augment(augmentation: Augmentation | null, key: number, from = pixels): Float64Array {
  const out = new Float32Array(VALUES + 4).fill(-99);
  const stream = new RandomStream('key', key);
  augmentInto({ pixels: from, size: SIZE, augmentation, normalisation: 'minus-one-to-one', stream, out, offset: 3 });
  expect([out[0], out[1], out[2], out[VALUES + 3]]).toEqual([-99, -99, -99, -99]);
  return Float64Array.from(out.subarray(3, VALUES + 3), (value) => (value + 1) * 127.5);
}

const draw = (augmentation: Augmentation, key: number) =>
  drawAugmentation(augmentation, SIZE, new RandomStream('key', key));

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-3): void {
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs((got[i] as number) - (expected[i] as number)), `value ${i}`).toBeLessThan(tolerance);
  }
}

function toHsv(r: number, g: number, b: number): [number, number, number] {
  const v = Math.max(r, g, b);
  const c = v - Math.min(r, g, b);
  const h =
    c === 0 ? 0 : v === r ? (((g - b) / c + 6) % 6) / 6 : v === g ? ((b - r) / c + 2) / 6 : ((r - g) / c + 4) / 6;
  return [h, v === 0 ? 0 : c / v, v];
}

function fromHsv(h: number, s: number, v: number): number[] {
  const component = (n: number) => {
    const k = (n + h * 6) % 6;
    return v - v * s * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [component(5), component(3), component(1)];
}

describe('augmentInto', () => {
  it('only normalises without augmentation, and does not touch the stream', () => {
    const out = new Float32Array(VALUES);
    const stream = new RandomStream(1);
    augmentInto({ pixels, size: SIZE, augmentation: null, normalisation: 'imagenet', stream, out, offset: 0 });
    expect(stream.nextUint32()).toBe(new RandomStream(1).nextUint32());
    const mean = [0.485, 0.456, 0.406];
    const deviation = [0.229, 0.224, 0.225];
    const expected = Float64Array.from(
      pixels,
      (p, i) => (p / 255 - (mean[i % 3] as number)) / (deviation[i % 3] as number),
    );
    expectClose(out, expected, 1e-5);
    expectClose(augment(null, 1), pixels);
    expect(normalisationMap('minus-one-to-one')).toEqual({
      source: [0, 1, 2],
      scale: [2 / 255, 2 / 255, 2 / 255],
      shift: [-1, -1, -1],
    });
  });

  // Keras 3.15.1: preprocess_input of resnet50 ("caffe"), inception_v3 ("tf") and imagenet_utils with mode "torch".
  it.each([
    [
      'imagenet-bgr-mean',
      [-103.93900299072266, -116.77899932861328, -123.68000030517578],
      [151.06100463867188, 138.22100830078125, 131.32000732421875],
      [96.06099700927734, -16.77899932861328, -113.68000030517578],
    ],
    ['minus-one-to-one', [-1, -1, -1], [1, 1, 1], [-0.9215686321258545, -0.21568626165390015, 0.5686274766921997]],
    [
      'imagenet',
      [-2.1179039478302, -2.0357141494750977, -1.804444432258606],
      [2.248908281326294, 2.4285714626312256, 2.640000104904175],
      [-1.9466564655303955, -0.28501397371292114, 1.6813944578170776],
    ],
  ] as const)('%s gives the numbers of Keras', (normalisation, black, white, colour) => {
    const rgb = Uint8Array.of(0, 0, 0, 255, 255, 255, 10, 100, 200, 10, 100, 200);
    const expected = [...black, ...white, ...colour, ...colour];
    const stream = new RandomStream('normalisation');
    for (const augmentation of [null, NONE]) {
      const out = new Float32Array(13).fill(7);
      augmentInto({ pixels: rgb, size: 2, augmentation, normalisation, stream, out, offset: 1 });
      expect(out[0]).toBe(7);
      expectClose(out.subarray(1), expected, 3e-5);
    }
  });

  it('is the identity where every strength is zero', () => {
    for (let key = 0; key < 5; key++) expectClose(augment(NONE, key), pixels);
  });

  it('is deterministic by the stream', () => {
    const all: Augmentation = { crop: 0.2, hue: 0.1, contrast: 0.3, flipHorizontal: true, flipVertical: true };
    expect(augment(all, 5)).toEqual(augment(all, 5));
    expect(augment(all, 5)).not.toEqual(augment(all, 6));
  });

  it('flips each way in half of the draws', () => {
    const both = { ...NONE, flipHorizontal: true, flipVertical: true };
    const seen = [0, 0];
    for (let key = 0; key < 400; key++) {
      const { flipHorizontal, flipVertical } = draw(both, key);
      if (flipHorizontal) seen[0]!++;
      if (flipVertical) seen[1]!++;
      if (key >= 20) continue;
      const expected = Float64Array.from(pixels, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
        const [sx, sy] = [flipHorizontal ? SIZE - 1 - x : x, flipVertical ? SIZE - 1 - y : y];
        return pixels[(sy * SIZE + sx) * 3 + (i % 3)] as number;
      });
      expectClose(augment(both, key), expected);
    }
    for (const count of seen) expect(Math.abs(count - 200)).toBeLessThan(50);
  });

  it('crops a square of 1 - crop to 1 of the side and resizes it bilinearly with pixel centres aligned', () => {
    const crop = { ...NONE, crop: 0.4 };
    const sides: number[] = [];
    for (let key = 0; key < 40; key++) {
      const { side, left, top } = draw(crop, key);
      sides.push(side);
      expect(side).toBeGreaterThan(SIZE * 0.6 - 1e-9);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(Math.max(left, top) + side).toBeLessThanOrEqual(SIZE + 1e-9);
      const at = (x: number, y: number, k: number) => {
        const clamp = (v: number) => Math.min(SIZE - 1, Math.max(0, v));
        return pixels[(clamp(y) * SIZE + clamp(x)) * 3 + k] as number;
      };
      const expected = Float64Array.from(pixels, (_, i) => {
        const sx = left + (((Math.floor(i / 3) % SIZE) + 0.5) * side) / SIZE - 0.5;
        const sy = top + ((Math.floor(i / 3 / SIZE) + 0.5) * side) / SIZE - 0.5;
        const [x, y] = [Math.floor(sx), Math.floor(sy)];
        const mix = (row: number) => at(x, row, i % 3) * (1 - (sx - x)) + at(x + 1, row, i % 3) * (sx - x);
        return mix(y) * (1 - (sy - y)) + mix(y + 1) * (sy - y);
      });
      expectClose(augment(crop, key), expected);
    }
    expect(Math.max(...sides) - Math.min(...sides)).toBeGreaterThan(SIZE * 0.3);
  });

  it('turns the hue in HSV and keeps value and saturation', () => {
    const hue = { ...NONE, hue: 0.5 };
    for (let key = 0; key < 20; key++) {
      const shift = draw(hue, key).hue;
      const got = augment(hue, key);
      for (let i = 0; i < VALUES; i += 3) {
        const [h, s, v] = toHsv(pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number);
        expectClose(got.subarray(i, i + 3), fromHsv((((h + shift) % 1) + 1) % 1, s, v), 0.02);
      }
    }
    const grey = new Uint8Array(VALUES).fill(77);
    expectClose(augment(hue, 3, grey), grey);
  });

  it('scales contrast about the mean of each channel and clips', () => {
    const contrast = { ...NONE, contrast: 0.6 };
    const factors: number[] = [];
    for (let key = 0; key < 30; key++) {
      const factor = draw(contrast, key).contrast;
      factors.push(factor);
      const means = [0, 1, 2].map(
        (k) => pixels.reduce((sum, p, i) => (i % 3 === k ? sum + p : sum), 0) / (SIZE * SIZE),
      );
      const expected = Float64Array.from(pixels, (p, i) => {
        const mean = means[i % 3] as number;
        return Math.min(255, Math.max(0, (p - mean) * factor + mean));
      });
      expectClose(augment(contrast, key), expected, 5e-3);
    }
    expect(Math.min(...factors)).toBeLessThan(0.65);
    expect(Math.max(...factors)).toBeGreaterThan(1.35);
  });

  it('crops, turns the hue, scales contrast and flips in this order when all are on', () => {
    const all: Augmentation = { crop: 0.3, hue: 0.2, contrast: 0.5, flipHorizontal: true, flipVertical: true };
    for (let key = 0; key < 12; key++) {
      const { side, left, top, hue, contrast, flipHorizontal, flipVertical } = draw(all, key);
      const at = (x: number, y: number, k: number) => {
        const clamp = (v: number) => Math.min(SIZE - 1, Math.max(0, v));
        return pixels[(clamp(y) * SIZE + clamp(x)) * 3 + k] as number;
      };
      const cropped = Float64Array.from(pixels, (_, i) => {
        const sx = left + (((Math.floor(i / 3) % SIZE) + 0.5) * side) / SIZE - 0.5;
        const sy = top + ((Math.floor(i / 3 / SIZE) + 0.5) * side) / SIZE - 0.5;
        const [x, y] = [Math.floor(sx), Math.floor(sy)];
        const mix = (row: number) => at(x, row, i % 3) * (1 - (sx - x)) + at(x + 1, row, i % 3) * (sx - x);
        return mix(y) * (1 - (sy - y)) + mix(y + 1) * (sy - y);
      });
      const turned = new Float64Array(VALUES);
      for (let i = 0; i < VALUES; i += 3) {
        const [h, s, v] = toHsv(cropped[i] as number, cropped[i + 1] as number, cropped[i + 2] as number);
        turned.set(fromHsv((h + hue + 1) % 1, s, v), i);
      }
      const mean = (k: number) => turned.reduce((sum, p, i) => (i % 3 === k ? sum + p : sum), 0) / (SIZE * SIZE);
      const means = [mean(0), mean(1), mean(2)];
      const expected = Float64Array.from(pixels, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
        const [sx, sy] = [flipHorizontal ? SIZE - 1 - x : x, flipVertical ? SIZE - 1 - y : y];
        const value = turned[(sy * SIZE + sx) * 3 + (i % 3)] as number;
        const m = means[i % 3] as number;
        return Math.min(255, Math.max(0, (value - m) * contrast + m));
      });
      expectClose(augment(all, key), expected, 0.03);
    }
  });

  it('draws the other augmentations alike when one is switched off', () => {
    const all: Augmentation = { crop: 0.2, hue: 0.1, contrast: 0.3, flipHorizontal: true, flipVertical: true };
    const { hue, contrast, flipVertical } = draw(all, 9);
    expect(draw({ ...all, crop: 0, flipHorizontal: false }, 9)).toMatchObject({
      hue,
      contrast,
      flipVertical,
      side: SIZE,
    });
  });

  it('refuses buffers that are too small', () => {
    const out = new Float32Array(VALUES);
    const params = {
      pixels,
      size: SIZE,
      augmentation: null,
      normalisation: 'imagenet',
      stream: new RandomStream(1),
    } as const;
    expect(() => augmentInto({ ...params, out, offset: 1 })).toThrow(/Expected room/);
  });
});

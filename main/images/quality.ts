/**
 * What can be told about the quality of a picture from its decoded pixels, in one pass over a reduced copy: numbers first, so that thresholds
 * may change without decoding again; then flags. Rates of false alarms: docs/import.md. Pure.
 */
import type { Modality } from '../../shared/dataset/dataset.ts';
import type { ImageFlag } from '../../shared/dataset/image-flags.ts';
import { blurEffect } from './blur.ts';
import { findField, percentile, type RgbImage } from './field-of-view.ts';

export interface ImageQuality {
  /** Every pixel has the same value. */
  constant: boolean;
  /** An alpha channel hid the whole picture. */
  transparent: boolean;
  /** Brightness (largest channel, 0 to 255) that one pixel of 100 exceeds. */
  bright: number;
  /** Darkness: the smallest channel, which one pixel of 100 is below. */
  dim: number;
  /** Share of white among the pixels that are not black. */
  white: number;
  /** See {@link blurEffect}; null for pictures too small to tell. */
  blur: number | null;
  /** A dark surround with a bright field in it was found. */
  field: boolean;
}

interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: number;
}

/** Longer side, in pixels, of the copy that is looked at, and of the one in which the field is looked for. */
const LOOK_SIDE = 256;
const FIELD_SIDE = 64;
/** All channels at or above this are white: JPEG rings around 255. */
const WHITE = 250;

/** Of 255: an eighth. Less than that in 99 pixels of 100 is less than a lens cap lets through in an x-ray or fundus phantom (60 and more). */
const DARK = 32;
/** The same from above. */
const PALE = 224;
/** Half of the picture white is more than collimated x-rays and burned-in letters have. */
const MOST_WHITE = 0.5;
/** Blur effect of Crete et al. (2007) in the middle of the picture. */
const BLURRED = 0.62;
/** Pixels of the shorter side: models of this app see 64 or more. */
const SMALL = 64;
/** Share of the picture outside of its centre square: 4:3 photographs lose a quarter, 3:2 a third, two x-rays side by side a half. */
const MOST_CUT = 0.26;

/** Means over squares of whole pixels, so that the longer side is at most `side`; three channels. */
function reduce({ data, width, height, channels }: Pixels, side: number): RgbImage {
  const step = Math.ceil(Math.max(width, height) / side);
  if (step === 1 && channels === 3) return { data, width, height };
  const [across, down] = [Math.max(1, Math.floor(width / step)), Math.max(1, Math.floor(height / step))];
  const [stepX, stepY] = [Math.min(step, width), Math.min(step, height)];
  const small = new Uint8Array(across * down * 3);
  const colours = channels < 3 ? 1 : 3;
  const area = stepX * stepY;
  for (let y = 0, to = 0; y < down; y++) {
    for (let x = 0; x < across; x++, to += 3) {
      for (let colour = 0; colour < colours; colour++) {
        let sum = 0;
        for (let dy = 0; dy < stepY; dy++) {
          let at = ((y * stepY + dy) * width + x * stepX) * channels + colour;
          for (let dx = 0; dx < stepX; dx++, at += channels) sum += data[at] as number;
        }
        small[to + colour] = Math.round(sum / area);
      }
      if (colours === 1) small.fill(small[to] as number, to + 1, to + 3);
    }
  }
  return { data: small, width: across, height: down };
}

export function measureQuality(pixels: Pixels, { transparent }: { transparent: boolean }): ImageQuality {
  const { channels } = pixels;
  const constant = pixels.data.every((value, i) => value === pixels.data[i % channels]);
  const small = reduce(pixels, LOOK_SIDE);
  const { data } = small;
  const largest = new Uint32Array(256);
  const least = new Uint32Array(256);
  let [white, lit] = [0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
    const low = Math.min(r, g, b);
    const high = Math.max(r, g, b);
    largest[high] = (largest[high] as number) + 1;
    least[low] = (least[low] as number) + 1;
    if (high >= DARK) lit++;
    if (low >= WHITE) white++;
  }
  return {
    constant,
    transparent,
    bright: percentile(largest, 0.99),
    dim: percentile(least, 0.01),
    white: lit === 0 ? 0 : white / lit,
    blur: constant ? null : blurEffect(small),
    field: !constant && findField(reduce({ ...small, channels: 3 }, FIELD_SIDE)) !== null,
  };
}

/** In the order of IMAGE_FLAGS; `duplicate` is found later, by comparing. `width` and `height`: pixels of the original. */
export function flagsOf(
  { width, height, quality }: { width: number; height: number; quality: ImageQuality },
  modality: Modality,
): ImageFlag[] {
  const { constant, transparent, bright, dim, white, blur, field } = quality;
  const found: Partial<Record<ImageFlag, boolean>> = {
    constant,
    transparent,
    dark: bright < DARK,
    'over-exposed': bright >= DARK && (dim > PALE || white > MOST_WHITE),
    blurred: blur !== null && blur > BLURRED,
    small: Math.min(width, height) < SMALL,
    'no-field': modality === 'fundus' && !field,
    'cut-off': modality === 'other' && isCutOff(width, height),
  };
  return (Object.keys(found) as ImageFlag[]).filter((flag) => found[flag]);
}

/** The centre square, which is what a model sees of an image of unknown kind, leaves out more than a quarter. */
export function isCutOff(width: number, height: number): boolean {
  return 1 - Math.min(width, height) / Math.max(width, height) > MOST_CUT;
}

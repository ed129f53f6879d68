/** Image files for the tests, good and bad, made on the spot. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharp } from '../../../main/images/sharp.ts';

export interface Rgb {
  data: Uint8Array;
  width: number;
  height: number;
}

export function paint(width: number, height: number, colour: (x: number, y: number) => [number, number, number]): Rgb {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3);
  return { data, width, height };
}

export function toSharp({ data, width, height }: Rgb) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export function save(folder: string, name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

/** A bright disc on black, as a fundus camera's field; parts beyond the image are cut off. */
export function disc(width: number, height: number, centre: [number, number], radius: number, surround = 2): Rgb {
  return paint(width, height, (x, y) => {
    const inside = Math.hypot(x + 0.5 - centre[0], y + 0.5 - centre[1]) <= radius;
    return inside ? [180, 90, 40] : [surround, surround, surround];
  });
}

export function grey16(width: number, height: number, value: (index: number) => number) {
  const data = Uint16Array.from({ length: width * height }, (_, index) => value(index));
  return sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('grey16');
}

export function pixelAt(pixels: Uint8Array, size: number, x: number, y: number): number[] {
  const at = (Math.floor(y) * size + Math.floor(x)) * 3;
  return [...pixels.subarray(at, at + 3)];
}

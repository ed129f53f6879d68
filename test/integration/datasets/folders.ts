/** Small folders of real images in the layouts that the import knows. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { RandomStream } from '../../../shared/system/random.ts';
import { buildDataset, type BuiltDataset } from '../../../main/datasets/build.ts';
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';

/** A picture of its own for every `seed`; the ending says the format. */
export async function imageBytes(seed: number, format: 'jpeg' | 'png' | 'png16', side = 40): Promise<Buffer> {
  const stream = new RandomStream(seed, 'test-image');
  if (format === 'png16') {
    const pixels = Uint16Array.from({ length: side * side }, () => stream.integer(65536));
    return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
  }
  const pixels = Uint8Array.from({ length: side * side * 3 }, () => stream.integer(256));
  const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
  return format === 'png' ? image.png().toBuffer() : image.jpeg().toBuffer();
}

export async function writeImage(file: string, seed: number, format?: 'jpeg' | 'png' | 'png16'): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await imageBytes(seed, format ?? (file.endsWith('.png') ? 'png' : 'jpeg')));
}

export function writeText(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** EyePACS: both eyes of patients 1..n; levels by `level(patient, eye)`. */
export async function writeEyepacs(
  folder: string,
  patients: number,
  level: (patient: number, eye: 'left' | 'right') => number | string = (patient) => patient % 5,
): Promise<void> {
  const rows = ['image,level'];
  for (let patient = 1; patient <= patients; patient++) {
    for (const eye of ['left', 'right'] as const) {
      rows.push(`${patient}_${eye},${level(patient, eye)}`);
      await writeImage(path.join(folder, 'train', `${patient}_${eye}.jpeg`), 2 * patient + (eye === 'left' ? 0 : 1));
    }
  }
  writeText(path.join(folder, 'trainLabels.csv'), `${rows.join('\n')}\n`);
}

/** The dataset that a folder makes, under the name `Test`. */
export const buildFrom = (folder: string, over: Partial<ImportRequest> = {}): Promise<BuiltDataset> =>
  buildDataset({ folder, name: 'Test', ...over }, { datasetId: 'd' });

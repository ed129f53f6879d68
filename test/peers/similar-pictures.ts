/**
 * How far apart does the comparison of pictures put one picture saved anew, and pictures that are different? The figures of docs/import.md.
 *   node test/peers/similar-pictures.ts FOLDER...      folders of images, such as phantoms or a public data set
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { formatNumber } from '../../shared/words/numbers.ts';
import { TURNED } from '../../main/datasets/identity/grid-turns.ts';
import { SIMILAR_RMS } from '../../main/datasets/identity/similar-pictures.ts';
import { inspectImage } from '../../main/images/inspect.ts';

const IMAGES = 40;
const cut = (share: number) => (image: Sharp, side: { width: number; height: number }) => {
  const [left, top] = [Math.round(side.width * share), Math.round(side.height * share)];
  return image.extract({ left, top, width: side.width - 2 * left, height: side.height - 2 * top }).png();
};
const CHANGES: Record<string, (image: Sharp, side: { width: number; height: number }) => Sharp> = {
  ...Object.fromEntries(
    [95, 75, 50, 30, 20, 15, 10].map((quality) => [`JPEG ${quality}`, (image: Sharp) => image.jpeg({ quality })]),
  ),
  'WebP 50': (image) => image.webp({ quality: 50 }),
  ...Object.fromEntries(
    [0.25, 0.5, 0.75, 1.5, 2].map((by) => [
      `size x ${by}`,
      (image: Sharp, { width }: { width: number }) => image.resize(Math.round(width * by)).png(),
    ]),
  ),
  grey: (image) => image.greyscale().png(),
  mirrored: (image) => image.flop().jpeg({ quality: 75 }),
  'quarter turn': (image) => image.rotate(90).jpeg({ quality: 75 }),
  'turn by 2 degrees': (image) => image.rotate(2).png(),
  'crop of 1 % a side': cut(0.01),
  'crop of 2 % a side': cut(0.02),
  'crop of 5 % a side': cut(0.05),
  'brightness + 2 %': (image) => image.linear(1.02, 0).png(),
  'brightness + 10 %': (image) => image.linear(1.1, 0).png(),
  'contrast - 10 %': (image) => image.linear(0.9, 12).png(),
};

const distance = (a: Uint8Array, b: Uint8Array): number =>
  Math.min(
    ...TURNED.map((turned) =>
      Math.sqrt(a.reduce((s, v, i) => s + (v - (b[turned[i] as number] as number)) ** 2, 0) / 256),
    ),
  );

async function gridOf(file: string): Promise<Uint8Array> {
  const found = await inspectImage(file);
  if (!found.ok) throw new Error(`${file}: ${found.error.message}`);
  return found.value.grid;
}

const quantile = (sorted: readonly number[], q: number): string =>
  formatNumber(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))], 1);

for (const folder of process.argv.slice(2)) {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(png|jpe?g|tiff?)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const grids: Uint8Array[] = [];
  for (const file of files) grids.push(await gridOf(file));
  const nearest = grids
    .map((grid, i) => Math.min(...grids.flatMap((other, j) => (i === j ? [] : [distance(grid, other)]))))
    .sort((a, b) => a - b);
  const within = nearest.filter((value) => value <= SIMILAR_RMS).length;
  console.log(`\n${folder}: ${files.length} images`);
  console.log(
    `nearest other image: least ${quantile(nearest, 0)}, 1 in 100 below ${quantile(nearest, 0.01)}, median ${quantile(nearest, 0.5)}; ${within} within ${SIMILAR_RMS}`,
  );
  console.log(
    'change               median  95 %   most   found (least distance in any turn, limit ' + SIMILAR_RMS + ')',
  );
  const step = Math.max(1, Math.floor(files.length / IMAGES));
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'similar-'));
  for (const [name, change] of Object.entries(CHANGES)) {
    const distances: number[] = [];
    for (let i = 0; i < files.length; i += step) {
      const file = files[i] as string;
      const { width, height } = await sharp(file).metadata();
      const saved = path.join(temporary, 'saved');
      fs.writeFileSync(saved, await change(sharp(file).removeAlpha(), { width, height }).toBuffer());
      distances.push(distance(grids[i] as Uint8Array, await gridOf(saved)));
    }
    distances.sort((a, b) => a - b);
    const found = distances.filter((value) => value <= SIMILAR_RMS).length;
    console.log(
      `${name.padEnd(20)} ${[0.5, 0.95, 1].map((q) => quantile(distances, q).padStart(6)).join(' ')}   ${found} of ${distances.length}`,
    );
  }
  fs.rmSync(temporary, { recursive: true });
}

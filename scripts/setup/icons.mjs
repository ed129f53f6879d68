/** The icons of the packages, drawn from the app's one SVG into build/. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

const SOURCE = path.join(ROOT, 'renderer', 'public', 'icon.svg');
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256];

export async function makeIcons() {
  const folder = path.join(ROOT, 'build', 'icons');
  fs.mkdirSync(folder, { recursive: true });
  for (const size of LINUX_SIZES) fs.writeFileSync(path.join(folder, `${size}x${size}.png`), await draw(size));
  const images = await Promise.all(WINDOWS_SIZES.map(async (size) => ({ size, png: await draw(size) })));
  fs.writeFileSync(path.join(ROOT, 'build', 'icon.ico'), packIco(images));
}

/** @param {number} size pixels of the side @returns {Promise<Buffer>} PNG */
async function draw(size) {
  const { default: sharp } = await import('sharp');
  // 72 dots per inch is the SVG's own size of 32 pixels.
  return sharp(SOURCE, { density: (72 * size) / 32 })
    .resize(size, size)
    .png()
    .toBuffer();
}

/**
 * Windows' icon format with PNG contents: a header of 6 bytes, an entry of 16 bytes for each image, then the images.
 * @param {{ size: number, png: Buffer }[]} images sizes up to 256
 * @returns {Buffer}
 */
export function packIco(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index;
    // 256 does not fit into a byte and is written as 0.
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

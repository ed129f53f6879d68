/**
 * Every supported kind against pydicom's own decoding, by test/peers/dicom_pixels.py; what is not compared is listed with the reason in
 * expected.json. `DICOM_REFERENCE_DIR` names a folder with more files (large ones, `--all`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeDicom } from '../../../../main/images/dicom/decode-dicom.ts';
import { describePixels } from '../../../../main/images/dicom/describe.ts';
import { parseDicom } from '../../../../main/images/dicom/parse.ts';
import { sharp } from '../../../../main/images/sharp.ts';

const FOLDER = process.env['DICOM_REFERENCE_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'fixtures', 'dicom');

interface Expected {
  files: Record<string, string>;
  notCompared: Record<string, string>;
}

const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Expected;

/** Without the refusal of CT and MR: pydicom ships many, and their pixels prove the decoders. */
async function decode(name: string): Promise<{ pixels: Uint8Array; width: number; height: number; channels: number }> {
  const parsed = parseDicom(readFileSync(join(FOLDER, 'files', name)));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const description = describePixels(parsed.value);
  if (!description.ok) throw new Error(description.error.message);
  const { width, height } = description.value;
  const { data, channels } = await decodeDicom({ parsed: parsed.value, description: description.value });
  return { pixels: data, width, height, channels };
}

describe('DICOM pixels as pydicom reads them', () => {
  it.each(Object.keys(expected.files))('%s', async (name) => {
    const { pixels, width, height, channels } = await decode(name);
    const reference = sharp(join(FOLDER, 'expected', `${name}.png`)).toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const { data, info } = await reference.raw().toBuffer({ resolveWithObject: true });
    expect({ width, height, channels }).toEqual({ width: info.width, height: info.height, channels: info.channels });
    expect(Buffer.compare(pixels, data)).toBe(0);
  });

  it('leaves nothing out without a reason', () => {
    for (const reason of Object.values(expected.notCompared)) expect(reason).not.toBe('');
  });
});

/** A DICOM image from its bytes to 8 bits, upright as it is stored. */
import type { Result } from '../../../shared/system/errors.ts';
import { formatSetting } from '../../../shared/words/numbers.ts';
import type { ImageFailure } from '../failure.ts';
import { renderColour, renderPalette } from './colour.ts';
import { describePixels, refuseKind, type PixelDescription } from './describe.ts';
import { renderGrey, type RenderedPixels } from './grey.ts';
import { parseDicom, type ParsedDicom } from './parse.ts';
import { readSamples, storedPatterns } from './samples.ts';

export interface DicomImage {
  parsed: ParsedDicom;
  description: PixelDescription;
}

/** The header alone, with everything refused that is not a single radiograph or photograph. */
export function openDicom(bytes: Buffer): Result<DicomImage, ImageFailure> {
  const parsed = parseDicom(bytes);
  if (!parsed.ok) return parsed;
  const refused = refuseKind(parsed.value);
  if (refused !== null) return { ok: false, error: refused };
  const description = describePixels(parsed.value);
  if (!description.ok) return description;
  return { ok: true, value: { parsed: parsed.value, description: description.value } };
}

/** What deserves a look, besides what the pixels themselves tell. */
function headerNotes({ parsed: { data } }: DicomImage): string[] {
  const notes: string[] = [];
  // Aspect ratio, else the spacing of pixels or of the detector.
  const shape = ['x00280034', 'x00280030', 'x00181164'].find((tag) => data.numStringValues(tag) === 2);
  const [height, width] = [0, 1].map((i) => (shape === undefined ? 1 : data.floatString(shape, i)));
  if (height !== undefined && width !== undefined && Math.abs(height - width) > 0.01 * Math.max(height, width)) {
    const ratio = `${formatSetting(height)}:${formatSetting(width)}`;
    notes.push(`its pixels are not square (${ratio}, height to width) and are shown as if they were`);
  }
  if (data.string('x00080068') === 'FOR PROCESSING') notes.push('raw detector values (FOR PROCESSING)');
  return notes;
}

/** @throws RefusedImage, or the error of a decoder, where the pixels cannot be read */
export async function decodeDicom(image: DicomImage, failOn: 'error' | 'warning' = 'error'): Promise<RenderedPixels> {
  const { parsed, description } = image;
  const raw = await readSamples(parsed, description, failOn);
  const { photometric } = description;
  const isGrey = photometric.startsWith('MONOCHROME');
  const rendered =
    isGrey || photometric === 'PALETTE COLOR'
      ? (isGrey ? renderGrey : renderPalette)(storedPatterns(raw, description), parsed.data, description)
      : renderColour(raw, description);
  return { ...rendered, notes: [...rendered.notes, ...headerNotes(image)] };
}

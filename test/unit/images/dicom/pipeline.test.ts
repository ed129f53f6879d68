/** A DICOM file is an image like any other for the check, the cache and the thumbnails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeToSquare } from '../../../../main/images/decode.ts';
import { decodeDicom, openDicom } from '../../../../main/images/dicom/decode-dicom.ts';
import { decodeInThread } from '../../../../main/images/dicom/decode-threads.ts';
import { inspectImage } from '../../../../main/images/inspect.ts';
import { sharp } from '../../../../main/images/sharp.ts';
import { renderForScreen } from '../../../../main/images/thumbnail.ts';
import { dicomFile, greyElements } from '../../../support/dicom-files.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';

const SIZE = { width: 60, height: 40 };
const folder = makeTemporaryFolder();

function save(name: string, bytes: Buffer): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const ramp = Uint8Array.from({ length: 60 * 40 }, (_, i) => 4 * (i % 60));

it('is checked, cached and shown as the same picture in PNG', async () => {
  const dicom = save('a.dcm', dicomFile(greyElements({ ...SIZE, bits: 8 }, ramp)));
  const png = save(
    'a.png',
    await sharp(ramp, { raw: { ...SIZE, channels: 1 } })
      .png()
      .toBuffer(),
  );
  const [a, b] = [await inspectImage(dicom), await inspectImage(png)];
  if (!a.ok || !b.ok) throw new Error('Expected both to be read.');
  expect(a.value).toMatchObject({ ...SIZE, pixelsSha256: b.value.pixelsSha256, notes: [] });
  expect(a.value.sha256).not.toBe(b.value.sha256);
  const options = { size: 24, modality: 'cxr' } as const;
  expect(await decodeToSquare(dicom, options)).toEqual(await decodeToSquare(png, options));
  const shown = await renderForScreen(dicom, { modality: 'other', side: 32 });
  if (!shown.ok) throw new Error(shown.error.message);
  expect(await sharp(shown.value).metadata()).toMatchObject({ format: 'webp', width: 32 });
});

it('says why one cannot be read', async () => {
  const whole = dicomFile(greyElements({ ...SIZE, bits: 8 }, ramp));
  const cut = await inspectImage(save('cut.dcm', whole.subarray(0, -100)));
  expect(cut).toMatchObject({ ok: false, error: { reason: 'truncated' } });
});

it('decodes a large one in a thread, with the same pixels and the same refusals', async () => {
  const size = { width: 400, height: 300 };
  const pixels = Uint16Array.from({ length: 400 * 300 }, (_, i) => (i * 7) % 4096);
  const bytes = dicomFile(greyElements(size, pixels));
  const opened = openDicom(bytes);
  if (!opened.ok) throw new Error(opened.error.message);
  const both = await Promise.all([
    decodeInThread(bytes, opened.value, 'error'),
    decodeInThread(bytes, opened.value, 'error'),
  ]);
  const here = await decodeDicom(opened.value);
  for (const there of both) {
    expect(there.notes).toEqual(here.notes);
    expect(Buffer.compare(there.data, here.data)).toBe(0);
  }
  const cut = await inspectImage(save('large-cut.dcm', bytes.subarray(0, -100)));
  expect(cut).toMatchObject({ ok: false, error: { reason: 'truncated' } });
});

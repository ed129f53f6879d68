import { describe, expect, it } from 'vitest';
import { decodeDicom, openDicom } from '../../../../main/images/dicom/decode-dicom.ts';
import { isDicom } from '../../../../main/images/dicom/parse.ts';
import { decoderFailure, type ImageFailure } from '../../../../main/images/failure.ts';
import { dicomFile, greyElements, type Elements } from '../../../support/dicom-files.ts';

const SIZE = { width: 4, height: 3 };
const PIXELS = Uint16Array.from({ length: 12 }, (_, i) => 300 * i);
const plain = greyElements(SIZE, PIXELS);
const RLE = '1.2.840.10008.1.2.5';

async function failureOf(bytes: Buffer): Promise<ImageFailure> {
  const opened = openDicom(bytes);
  if (!opened.ok) return opened.error;
  const thrown: unknown = await decodeDicom(opened.value).then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).not.toBeNull();
  return decoderFailure(thrown, 'DICOM');
}

const without = (tag: string): Elements => Object.fromEntries(Object.entries(plain).filter(([key]) => key !== tag));

function jpegStart(width: number, height: number, precision = 8): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, precision, 0, 0, 0, 0, 1, 1, 0x11, 0, 0xff, 0xd9, 0]);
  head.writeUInt16BE(height, 7);
  head.writeUInt16BE(width, 9);
  return head;
}

describe('DICOM files that are refused, each with its reason', () => {
  const whole = dicomFile(plain);
  it.each<[string, Buffer, string, string]>([
    ['no pixel data', dicomFile(without('7fe00010')), 'not-an-image', 'without pixel data'],
    ['several frames', dicomFile({ ...plain, '00280008': ['IS', '12'] }), 'unsupported', '12 frames'],
    [
      'a CT slice',
      dicomFile({ ...plain, '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2'] }),
      'unsupported',
      'a CT slice',
    ],
    [
      'an MR slice',
      dicomFile({ ...without('00080016'), '00080016': ['UI', ''], '00080060': ['CS', 'MR'] }),
      'unsupported',
      'an MR slice',
    ],
    ['a DICOMDIR', dicomFile({ '00080016': ['UI', '1.2.840.10008.1.3.10'] }), 'not-an-image', 'a DICOMDIR'],
    ['32 bits', dicomFile({ ...plain, '00280100': ['US', 32] }), 'unsupported', '32 bits a sample'],
    ['more bits than there are', dicomFile({ ...plain, '00280101': ['US', 17] }), 'corrupt', '17 bits'],
    ['no size', dicomFile({ ...plain, '00280010': ['US', 0] }), 'corrupt', '4 x 0 pixels'],
    [
      'a bomb',
      dicomFile({ ...plain, '00280010': ['US', 65535], '00280011': ['US', 65535] }),
      'unsupported',
      '268 megapixels',
    ],
    ['an unknown colour', dicomFile({ ...plain, '00280004': ['CS', 'CMYK'] }), 'unsupported', 'CMYK'],
    ['three greys', dicomFile({ ...plain, '00280002': ['US', 3] }), 'corrupt', '3 samples'],
    ['a palette that is not there', dicomFile({ ...plain, '00280004': ['CS', 'PALETTE COLOR'] }), 'corrupt', 'palette'],
    ['video', dicomFile(plain, '1.2.840.10008.1.2.4.102'), 'unsupported', 'video'],
    ['JPEG XL', dicomFile(plain, '1.2.840.10008.1.2.4.110'), 'unsupported', 'JPEG XL'],
    ['pixels cut short', whole.subarray(0, -3), 'truncated', 'breaks off in its pixels'],
    ['a header cut short', whole.subarray(0, 300), 'truncated', 'breaks off in its header'],
    ['nothing after the preamble', whole.subarray(0, 140), 'truncated', 'breaks off in its header'],
    [
      'RLE cut short',
      dicomFile(
        { ...plain, '7fe00010': ['OB', { fragments: [Buffer.concat([Buffer.from([2]), Buffer.alloc(63)])] }] },
        RLE,
      ),
      'truncated',
      'RLE',
    ],
    ['no fragment', dicomFile({ ...plain, '7fe00010': ['OB', { fragments: [] }] }, RLE), 'truncated', 'breaks off'],
    [
      '12-bit JPEG',
      dicomFile({ ...plain, '7fe00010': ['OB', { fragments: [jpegStart(4, 3, 12)] }] }, '1.2.840.10008.1.2.4.51'),
      'unsupported',
      '12 bits',
    ],
    [
      'a JPEG of another size',
      dicomFile({ ...plain, '7fe00010': ['OB', { fragments: [jpegStart(9999, 9999)] }] }, '1.2.840.10008.1.2.4.50'),
      'corrupt',
      '9999 x 9999',
    ],
    [
      'a JPEG-LS without end',
      dicomFile(
        { ...plain, '7fe00010': ['OB', { fragments: [jpegStart(4, 3).subarray(0, 15)] }] },
        '1.2.840.10008.1.2.4.80',
      ),
      'truncated',
      'break off',
    ],
    [
      'noise for JPEG 2000',
      dicomFile({ ...plain, '7fe00010': ['OB', { fragments: [Buffer.alloc(99, 7)] }] }, '1.2.840.10008.1.2.4.90'),
      'corrupt',
      'frame header',
    ],
  ])('%s', async (_, bytes, reason, words) => {
    const failure = await failureOf(bytes);
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(words);
    expect(failure.message.match(/\./g)).toHaveLength(1);
  });

  it('says what deserves a look', async () => {
    const odd = {
      ...plain,
      '00280034': ['IS', '1\\2'],
      '00080068': ['CS', 'FOR PROCESSING'],
    } as const;
    const opened = openDicom(dicomFile(odd));
    expect(opened.ok).toBe(true);
    if (!opened.ok) return;
    const { data, notes } = await decodeDicom(opened.value);
    expect([...data]).toEqual(Array.from({ length: 12 }, (_, i) => Math.round((255 * i) / 11)));
    expect(notes).toEqual([
      'no window in the file, so that its values from 0 to 3300 go from black to white',
      'its pixels are not square (1:2, height to width) and are shown as if they were',
      'raw detector values (FOR PROCESSING)',
    ]);
  });

  it('is told from other files by its beginning', () => {
    expect(isDicom(whole)).toBe(true);
    expect(isDicom(whole.subarray(128))).toBe(true);
    expect(isDicom(whole.subarray(132))).toBe(true);
    for (const other of ['', 'image,label\n1,2\n', 'BM'.padEnd(200, '\0'), '\x89PNG\r\n\x1a\n'.padEnd(200, 'x')]) {
      expect(isDicom(Buffer.from(other, 'latin1'))).toBe(false);
    }
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDicomTags, type DicomTags } from '../../../../main/images/dicom/tags.ts';
import { dicomFile, greyElements, type Elements } from '../../../support/dicom-files.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const plain = greyElements({ width: 2, height: 2 }, new Uint16Array(4));

function read(more: Elements): Promise<DicomTags | null> {
  const file = join(folder, 'a.dcm');
  writeFileSync(file, dicomFile({ ...plain, ...more }));
  return readDicomTags(file);
}

it.each<[string, Elements, number | null]>([
  ['in years', { '00101010': ['AS', '058Y'] }, 58],
  ['in months', { '00101010': ['AS', '006M'] }, 0.5],
  ['by dates', { '00100030': ['DA', '19600611'], '00080020': ['DA', '20200610'] }, 59],
  [
    'by dates where the age is 0',
    { '00101010': ['AS', '000Y'], '00100030': ['DA', '19600101'], '00080020': ['DA', '20000101'] },
    40,
  ],
  ['on a birthday', { '00100030': ['DA', '1960.06.10'], '00080020': ['DA', '20190610'] }, 59],
  ['born after the study', { '00100030': ['DA', '20210101'], '00080020': ['DA', '20200101'] }, null],
  ['not at all', { '00101010': ['AS', ''] }, null],
])('reads the age %s', async (_, more, age) => expect((await read(more))?.age).toBe(age));

it('reads texts in the character set of the file, and only the eye of eyes', async () => {
  const cyrillic = Buffer.from([0xb3, 0xde, 0xe0, 0xde, 0xd4]);
  const chest = await read({ '00080005': ['CS', 'ISO_IR 144'], '00080080': ['LO', cyrillic], '00200062': ['CS', 'L'] });
  expect(chest).toMatchObject({ institution: 'Город', eye: null, modality: 'DX', device: null, failure: null });
  const eye = { '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.77.1.5.1'], '00200062': ['CS', 'L'] } as const;
  expect(await read(eye)).toMatchObject({ eye: 'L' });
});

it('reads a header that is larger than its first piece', async () => {
  const large = await read({ '00091001': ['OB', Buffer.alloc(300_000)], '00100020': ['LO', 'P1'] });
  expect(large).toMatchObject({ patient: 'P1', failure: null });
});

it('is null for other files', async () => {
  writeFileSync(join(folder, 'b.dcm'), 'image,label\n');
  expect(await readDicomTags(join(folder, 'b.dcm'))).toBeNull();
});

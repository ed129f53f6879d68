/** Folders of DICOM files: found with and without ending, named by a table in four ways, and believed about patients. */
import path from 'node:path';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { createDatasetsService } from '../../../main/services/datasets/datasets-service.ts';
import { proveLeakage } from '../../../main/services/datasets/leakage-proof.ts';
import { createJobsService } from '../../../main/services/system/jobs.ts';
import { openStore } from '../../../main/store/open.ts';
import { describeProof } from '../../../shared/dataset/leakage-proof.ts';
import { dicomFile, greyElements, type Elements } from '../../support/dicom-files.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeText } from './folders.ts';
import { countsOf, preview } from './label-folders.ts';

const SIDE = 12;
const IMAGES = 12;
/** Two studies a patient, one image a study. */
const patientOf = (i: number): string => `HOSP-00${i >> 1}`;
const instanceOf = (i: number): string => `1.2.826.0.1.77.${100 + i}`;

function save(folder: string, name: string, i: number, more: Elements = {}): void {
  const pixels = Uint16Array.from({ length: SIDE * SIDE }, (_, k) => (k * (37 + 11 * i) + 501 * i) % 4096);
  const elements = greyElements({ width: SIDE, height: SIDE }, pixels, {
    '00080018': ['UI', instanceOf(i)],
    '00080020': ['DA', '20200610'],
    '00080050': ['SH', `ACC${i}`],
    '00080070': ['LO', 'Maker'],
    '00081090': ['LO', 'M1'],
    '00100010': ['PN', 'Doe^Jane'],
    '00100020': ['LO', patientOf(i)],
    '00100030': ['DA', '19600611'],
    '00100040': ['CS', 'F'],
    '00180015': ['CS', 'CHEST'],
    '00185101': ['CS', 'PA'],
    '0020000d': ['UI', `1.2.826.0.1.88.${i}`],
    '00281050': ['DS', '2048'],
    '00281051': ['DS', '4096'],
    ...more,
  });
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), dicomFile(elements));
}

const range = Array.from({ length: IMAGES }, (_, i) => i);
const labels = (column: string, nameOf: (i: number) => string): string =>
  `${column},finding\n${range.map((i) => `${nameOf(i)},${i % 3 === 0 ? 'effusion' : 'normal'}`).join('\n')}\n`;

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
const saveAll = (nameOf: (i: number) => string): void => range.forEach((i) => save(folder, nameOf(i), i));
const table = (text: string): void => writeText(path.join(folder, 'labels.csv'), text);

describe('a folder of DICOM files', () => {
  it.each<[string, string, (i: number) => string]>([
    ['SOP instance UID', 'SOPInstanceUID', instanceOf],
    ['accession number', 'AccessionNumber', (i) => `ACC${i}`],
    ['study UID', 'StudyInstanceUID', (i) => `1.2.826.0.1.88.${i}`],
    ['file name', 'file', (i) => `IM${1000 + i}`],
  ])('takes its labels from a table by %s', async (_, column, nameOf) => {
    saveAll((i) => `ST${i >> 2}/IM${1000 + i}`);
    table(labels(column, nameOf));
    const found = await preview(folder);
    expect(countsOf(found)).toEqual(['normal: 8/4', 'effusion: 4/8']);
    expect(found.evidence[0]).toContain('12 of 12 images are DICOM (DX; of 6 patients)');
    expect(found.modality).toBe('cxr');
    expect(found.patientRule).toContain('patient ID in the DICOM files');
    const built = await buildFrom(folder);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(6);
    expect(built.images[0]).toMatchObject({ sex: 'female', age: 59, view: 'PA', site: 'Maker M1', eye: null });
    expect(built.dataset.patientIdKnown).toBe(true);
    // Neither name nor number of a patient is kept.
    expect(JSON.stringify(built)).not.toMatch(/HOSP|Doe|Jane|1960|826\.0/);
  });

  it('finds accession numbers whose zeros a spreadsheet has lost, and says so', async () => {
    range.forEach((i) => save(folder, `${i}.dcm`, i, { '00080050': ['SH', `000${700 + i}`] }));
    table(labels('AccessionNumber', (i) => `${700 + i}`));
    const built = await buildFrom(folder);
    expect(built.images).toHaveLength(IMAGES);
    const told = built.problems.filter(({ kind }) => kind === 'matched-loosely').map(({ message }) => message);
    expect(told).toEqual([expect.stringMatching(/^12 rows name their studies or patients by number alone/)]);
  });

  it('takes folders of classes for labels', async () => {
    saveAll((i) => `${i % 2 === 0 ? 'normal' : 'effusion'}/${i}.dcm`);
    expect(countsOf(await preview(folder))).toEqual(['normal: 6/6', 'effusion: 6/6']);
  });

  it.each<[string, (i: number) => string]>([
    ['no folder', (i) => `${i}.dcm`],
    ['a folder for each patient', (i) => `P${i >> 1}/${i}.dcm`],
    ['a folder for each study', (i) => `ST00${i >> 2}/IM${i}`],
  ])('says what it needs where its images lie in %s', async (_, nameOf) => {
    saveAll(nameOf);
    await expect(preview(folder)).rejects.toMatchObject({
      code: 'bad-input',
      action: expect.stringMatching(
        /12 of 12 images are DICOM \(DX; of 6 patients\).*SOP instance UID, accession number.*CSV/,
      ) as string,
    });
  });

  it('passes over directories, reports and what has no preamble, and refuses slices with the reason', async () => {
    saveAll((i) => `${i}.dcm`);
    save(folder, 'IM1/ct', 20, { '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2'] });
    writeFileSync(path.join(folder, 'DICOMDIR'), dicomFile({ '00080016': ['UI', '1.2.840.10008.1.3.10'] }));
    writeFileSync(path.join(folder, 'report.dcm'), dicomFile({ '00080060': ['CS', 'SR'] }));
    writeText(path.join(folder, 'IM1', 'NOTES'), 'nothing to see');
    table(`${labels('file', (i) => `${i}.dcm`)}ct,normal\n`);
    const found = await preview(folder);
    expect(found.counts).toMatchObject({ imagesFound: 13, usable: 12 });
    expect(found.evidence[1]).toMatch(/^1 of them cannot be used. The first reason: .* got a CT slice\.$/);
    const told: Record<string, string> = Object.fromEntries(
      found.problems.map(({ file, message }) => [file ?? '', message] as const),
    );
    expect(told['report.dcm']).toContain('without pixel data');
    expect(told['IM1/ct']).toContain('a CT slice');
    const { problems } = await buildFrom(folder);
    expect(problems.find(({ file }) => file === 'IM1/ct')).toMatchObject({ leftOut: true, kind: 'unreadable-image' });
  });

  it.each([
    ['anonymous', 'name no patient'],
    ['STUDY-1', 'reads as a placeholder'],
  ])('keeps studies together where all files name "%s"', async (patient, words) => {
    range.forEach((i) =>
      save(folder, `${i}.dcm`, i, {
        '00100020': ['LO', patient],
        '0020000d': ['UI', `1.2.826.0.1.88.${i % 8}`],
      }),
    );
    table(labels('file', (i) => `${i}.dcm`));
    const built = await buildFrom(folder);
    expect(new Set(built.images.map((image) => image.patient)).size).toBe(8);
    expect(built.problems.find(({ kind }) => kind === 'exams-for-patients')?.message).toContain(words);
    expect(built.dataset.patientRule).toContain('The study in the DICOM files');
  });

  it('fills what the table leaves open, says a contradiction, and names burned-in text', async () => {
    range.forEach((i) => save(folder, `${i}.dcm`, i, i === 5 ? { '00280301': ['CS', 'YES'] } : {}));
    const rows = range.map(
      (i) => `${i}.dcm,${i % 3 === 0 ? 'effusion' : 'normal'},${i === 4 ? 'unknown' : `T${i >> 2}`},M`,
    );
    table(`image,finding,patient,sex\n${rows.join('\n')}\n`);
    const built = await buildFrom(folder);
    const byFile = new Map(built.images.map((image) => [path.basename(image.path), image]));
    expect(byFile.get('0.dcm')?.patient).toBe(byFile.get('3.dcm')?.patient);
    expect(byFile.get('4.dcm')?.patient).not.toBe(byFile.get('5.dcm')?.patient);
    expect(byFile.get('0.dcm')).toMatchObject({ sex: 'male', age: 59 });
    const told = built.problems.map(({ kind, file, message }) => `${kind} ${file ?? ''} ${message}`).join('\n');
    expect(told).toContain('doubtful-patients  3 patients of the table are several patients in the DICOM files');
    expect(told).toContain('burned-in-text 5.dcm');
  });
});

it('recognises a patient of another import by a salted hash, and keeps no identifier', async () => {
  const paths = libraryPaths(makeTemporaryFolder());
  const store = openStore(paths.database);
  const jobs = createJobsService();
  const datasets = createDatasetsService({ store, paths, jobs });
  const importAs = async (name: string, from: number): Promise<string> => {
    const own = makeTemporaryFolder();
    range.forEach((i) => save(own, `${i}.dcm`, from + i, { '00100020': ['LO', ` hosp-${(from + i) >> 1}`] }));
    writeText(
      path.join(own, 'labels.csv'),
      labels('file', (i) => `${i}.dcm`),
    );
    const { result } = await jobs.ended(datasets.import({ folder: own, name }).id);
    return (result as { datasetId: string }).datasetId;
  };
  const first = await importAs('Ward', 0);
  const second = await importAs('Clinic', 8);
  const proof = proveLeakage({ store }, second);
  expect(proof.otherDatasets).toMatchObject([{ dataset: 'Ward', patients: 2 }]);
  expect(describeProof(proof)).toContain('2 patients are also in the dataset "Ward" of this library');
  const hashes = store.db.prepare('SELECT hash FROM patient_hashes WHERE dataset_id = ?').pluck().all(first);
  expect(hashes).toHaveLength(6);
  expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(String(hash)))).toBe(true);
  await datasets.remove(first);
  expect(proveLeakage({ store }, second).otherDatasets).toEqual([]);
  await jobs.close();
  store.close();
  expect(readFileSync(paths.database).toString('latin1')).not.toMatch(/hosp-/i);
});

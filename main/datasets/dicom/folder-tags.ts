/** The tags of all DICOM files of a folder, by position in the index's images. */
import path from 'node:path';
import type { Modality } from '../../../shared/dataset/dataset.ts';
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import { readDicomTags, type DicomTags } from '../../images/dicom/tags.ts';
import { forEachConcurrently } from '../../platform/concurrently.ts';
import { mayBeDicom, type FolderIndex } from '../folder-index.ts';
import { patientKey } from '../identity/patient-keys.ts';
import type { ProblemList } from '../problem-list.ts';

export type FolderTags = ReadonlyMap<number, DicomTags>;

const IN_FLIGHT = 32;
const BURNED_IN =
  'The file says that text is burned into the picture. It may name the patient, or give the label away.';

/** Takes out of `index.images` what is DICOM but no picture: directories, reports, presentation states. */
export async function readFolderTags(
  index: FolderIndex,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<FolderTags> {
  const byFile = new Map<string, DicomTags>();
  await forEachConcurrently(
    index.images.filter(mayBeDicom),
    IN_FLIGHT,
    async (file) => {
      // What cannot be opened is told where it is decoded.
      const tags = await readDicomTags(path.join(index.folder, file)).catch(() => null);
      if (tags !== null) byFile.set(file, tags);
    },
    signal,
  );
  index.images = index.images.filter((file) => {
    const failure = byFile.get(file)?.failure;
    if (failure?.reason !== 'not-an-image') return true;
    problems.leaveOut('not-an-image', file, failure.message);
    return false;
  });
  const tags = new Map<number, DicomTags>();
  index.images.forEach((file, i) => {
    const own = byFile.get(file);
    if (own) tags.set(i, own);
    if (own?.hasBurnedInText) problems.note('burned-in-text', file, BURNED_IN);
  });
  return tags;
}

/** What a table may call an image, besides its file name. */
export const instanceNames = (tags: FolderTags, image: number): string[] =>
  [tags.get(image)?.sopInstance].filter((name) => name != null);

/** What a table may call the study that an image belongs to. */
export const studyNames = (tags: FolderTags, image: number): string[] =>
  [tags.get(image)?.accession, tags.get(image)?.study].filter((name) => name != null);

/** Sentences for the preview; none where no image is DICOM. */
export function describeTags(tags: FolderTags, images: number): string[] {
  if (tags.size === 0) return [];
  const all = [...tags.values()];
  const kinds = [...new Set(all.map(({ modality }) => modality ?? 'no modality'))].sort().slice(0, 5).join(', ');
  const patients = new Set(all.map(({ patient }) => patientKey(patient ?? '')).filter((key) => key !== null)).size;
  const whose = patients === 0 ? 'they name no patients' : `of ${countOf(patients, 'patient')}`;
  const failures = all.flatMap(({ failure }) => failure ?? []);
  return [
    `${formatCount(tags.size)} of ${countOf(images, 'image')} ${wordFor(images, 'is', 'are')} DICOM (${kinds}; ${whose}). A table may name them by file, SOP instance UID, accession number or study UID.`,
    ...(failures[0] === undefined
      ? []
      : [`${formatCount(failures.length)} of them cannot be used. The first reason: ${failures[0].message}`]),
  ];
}

/** What most of them are by modality and body part; null where that does not tell, or where they are no DICOM. */
export function modalityOf(tags: FolderTags, images: number): Modality | null {
  const all = [...tags.values()];
  const most = (test: (own: DicomTags) => boolean): boolean => 2 * all.filter(test).length > images;
  if (most(({ modality }) => modality === 'OP')) return 'fundus';
  return most(({ bodyPart }) => /chest|thorax|lung/i.test(bodyPart ?? '')) ? 'cxr' : null;
}

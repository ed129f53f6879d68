/** Folders as an image archive exports them, one for each patient or study, read like classes and are none. Pure. */
import type { FolderFacts } from '../recognisers/recogniser.ts';

/** `ST000012`, `1.2.840.10008`: what archives call folders; grades and names of findings are shorter, or words. */
const CODE = /\d{3}|^\d+(\.\d+){3,}$/;

/** Whether half of the folders are called by codes, or hold images of one patient each, by the DICOM files in them. */
export function isArchiveExport(
  placed: readonly { file: string; className: string }[],
  { dicom, index }: Pick<FolderFacts, 'dicom' | 'index'>,
): boolean {
  if (dicom.size < index.images.length / 2) return false;
  const positions = new Map(index.images.map((file, i) => [file, i]));
  const folders = [...Map.groupBy(placed, ({ className }) => className)];
  const alone = folders.filter(([, files]) => {
    const patients = new Set(files.map(({ file }) => dicom.get(positions.get(file) ?? -1)?.patient));
    return patients.size === 1 && !patients.has(null) && !patients.has(undefined);
  });
  const coded = folders.filter(([name]) => CODE.test(name));
  return 2 * Math.max(alone.length, coded.length) >= folders.length;
}

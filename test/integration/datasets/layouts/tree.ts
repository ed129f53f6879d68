/** Small trees of real images in the layout of a public data set, and what an import makes of them. */
import path from 'node:path';
import type { BuiltDataset } from '../../../../main/datasets/build.ts';
import type { ImportPreview } from '../../../../shared/dataset/dataset.ts';
import { imageBytes, writeText } from '../folders.ts';
import { mkdirSync, writeFileSync } from 'node:fs';

/** Tables by path, and images, each a picture of its own; a name of a format that is not drawn (.dicom) holds a JPEG. */
export async function writeTree(
  folder: string,
  { tables, images }: { tables: Record<string, string | string[]>; images: readonly string[] },
): Promise<void> {
  for (const [file, text] of Object.entries(tables)) {
    writeText(path.join(folder, file), Array.isArray(text) ? `${text.join('\n')}\n` : text);
  }
  for (const [i, image] of images.entries()) {
    const file = path.join(folder, image);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, await imageBytes(1000 + i, image.endsWith('.png') ? 'png' : 'jpeg'));
  }
}

/** `images/a.png: 01?`, in the order of the table. */
export function labelsOf(folder: string, built: BuiltDataset): string[] {
  return built.images.map(
    (image) =>
      `${path.relative(folder, image.path).replaceAll(path.sep, '/')}: ${image.labels.map((label) => label ?? '?').join('')}`,
  );
}

/** `Edema 1/2/0`: positive, negative and unknown images. */
export const countsOf = ({ counts }: ImportPreview): string[] =>
  counts.outputs.map(({ output, positive, negative, unknown }) => `${output} ${positive}/${negative}/${unknown}`);

export const messagesOf = ({ problems }: Pick<ImportPreview, 'problems'>, kind: string): string[] =>
  problems.filter((problem) => problem.kind === kind).map((problem) => problem.message);

/** Folders of tiny images with a table of labels, as the cases of /work/shared/cases describe them. */
import path from 'node:path';
import { previewImport } from '../../../main/datasets/preview.ts';
import type { ImportPreview, PreviewRequest } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { buildFrom, writeImage, writeText } from './folders.ts';

/** Images of these names, each a picture of its own. */
export async function writeImages(folder: string, names: readonly string[], from = 0): Promise<void> {
  for (const [i, name] of names.entries()) await writeImage(path.join(folder, name), from + i);
}

/** `img000.png` and so on with one row each; `row` gives the cells after the name. */
export async function writeLabelled(
  folder: string,
  params: {
    images: number;
    header: string;
    row: (i: number) => string;
    separator?: string;
    table?: string;
    before?: string;
  },
): Promise<void> {
  const { images, header, row, separator = ',', table = 'labels.csv', before = '' } = params;
  const names = Array.from({ length: images }, (_, i) => `img${String(i).padStart(3, '0')}.png`);
  const lines = names.map((name, i) => `${name}${separator}${row(i)}`);
  writeText(path.join(folder, table), `${before}image${separator}${header}\n${lines.join('\n')}\n`);
  await writeImages(folder, names);
}

export const preview = (folder: string, over: Partial<PreviewRequest> = {}): Promise<ImportPreview> =>
  previewImport({ folder, ...over });

/** Output, positive and negative images, one string each. */
export const countsOf = ({ counts }: ImportPreview): string[] =>
  counts.outputs.map(({ output, positive, negative }) => `${output}: ${positive}/${negative}`);

/** The ids of what an import asks instead of going on; none when it went on. */
export async function askedBy(folder: string, over: Partial<PreviewRequest> = {}): Promise<string[]> {
  try {
    await buildFrom(folder, over);
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === 'needs-answer') return (error.questions ?? []).map(({ id }) => id);
    throw error;
  }
}

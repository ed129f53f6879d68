/** Copies and saves figures and tables. */
import { tableCsv } from '../../../shared/tables/csv-face.ts';
import type { Table } from '../../../shared/tables/table.ts';
import type { Drawing } from '../../../shared/figures/drawing/stand-alone.ts';

const PNG_SCALE = 3;

/** The drawing at three times its size, for slides. */
export async function toPng({ svg, width, height }: Drawing): Promise<Blob> {
  const url = URL.createObjectURL(toBlob(svg, 'svg'));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * PNG_SCALE, height * PNG_SCALE];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no PNG.'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

const TYPES = { svg: 'image/svg+xml', csv: 'text/csv' } as const;

export const toBlob = (text: string, ending: keyof typeof TYPES): Blob => new Blob([text], { type: TYPES[ending] });

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `Validation AUC` becomes `validation-auc.svg`. */
export function fileName(title: string, ending: string): string {
  return `${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.${ending}`;
}

/** As CSV, under the name of what it shows. */
export function saveTable(table: Table, title = table.caption): void {
  saveBlob(toBlob(tableCsv(table), 'csv'), fileName(title, 'csv'));
}

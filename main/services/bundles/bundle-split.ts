/** `split.csv` of a study bundle: which image is in which part, and what the tables need of it. Neither path nor identifier. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { formatCsv } from '../../../shared/tables/csv.ts';
import { splitSchema, type LabelValue } from '../../../shared/dataset/dataset.ts';
import type { ImageRecord } from '../../../shared/dataset/dataset-record.ts';
import { refuseBundle } from './bundle-zip.ts';

const COLUMNS = [
  'image_id',
  'patient',
  'split',
  'labels',
  'sha256',
  'eye',
  'view',
  'sex',
  'age',
  'site',
  'width',
  'height',
];
/** Ages above it tell persons apart and become this one. */
const HIGHEST_AGE = 90;

/** What stands for each site outside of the library: `site 1`, `site 2`, ... in the order of their names. */
export function numberSites(images: readonly Pick<ImageRecord, 'site'>[]): Map<string, string> {
  const names = [...new Set(images.flatMap(({ site }) => site ?? []))].sort();
  return new Map(names.map((name, index) => [name, `site ${index + 1}`]));
}

/** Sites become numbers in the order of their names, ages whole years of at most 90. */
export function formatSplit(images: readonly ImageRecord[]): string {
  const sites = numberSites(images);
  const rows = images.map((image) => [
    image.id,
    image.patient,
    image.split,
    `l${image.labels.map((label) => label ?? '?').join('')}`,
    image.sha256,
    image.eye,
    image.view,
    image.sex,
    image.age === null ? null : Math.min(HIGHEST_AGE, Math.floor(image.age)),
    image.site === null ? null : (sites.get(image.site) ?? null),
    image.width,
    image.height,
  ]);
  return formatCsv(COLUMNS, rows);
}

const text = z
  .string()
  .max(200)
  .transform((value) => (value === '' ? null : value));
const whole = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const rowSchema = z.object({
  image_id: z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/),
  patient: whole,
  split: splitSchema,
  labels: z
    .string()
    .regex(/^l[01?]*$/)
    .transform((value) =>
      [...value.slice(1)].map((label): LabelValue => (label === '?' ? null : label === '1' ? 1 : 0)),
    ),
  sha256: z.string(),
  eye: text,
  view: text,
  sex: text,
  age: z
    .string()
    .regex(/^[\d.]*$/)
    .transform((value) => (value === '' ? null : Number(value))),
  site: text,
  width: whole,
  height: whole,
});

/** @throws AppError `bad-input` naming the line */
export function parseSplit(data: string, outputs: number): ImageRecord[] {
  let rows: unknown[];
  try {
    rows = parse(data, { columns: true });
  } catch {
    throw refuseBundle('split.csv is not a table.');
  }
  return rows.map((row, index) => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success || parsed.data.labels.length !== outputs) {
      throw refuseBundle(`line ${index + 2} of split.csv cannot be read.`);
    }
    const { image_id: id, ...rest } = parsed.data;
    return { ...rest, id, path: '' };
  });
}

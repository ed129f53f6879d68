/**
 * `predictions.csv`: header `image_id,patient,eye,split,label:NAME...,probability:NAME...`, one row per scored image in the
 * order of the manifest. Labels are 1, 0 or empty (unknown); probabilities have every digit that tells two float32 apart.
 * `patient` is the dataset's own running number, not an identifier.
 */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { splitSchema, type LabelValue } from '../../../shared/dataset/dataset.ts';
import type { Prediction } from '../../../shared/run/run.ts';

const FIXED_COLUMNS = ['image_id', 'patient', 'eye', 'split'] as const;

/** @param outputs names of the model's outputs, in order */
export function formatPredictions(outputs: readonly string[], predictions: readonly Prediction[]): string {
  const header = [
    ...FIXED_COLUMNS,
    ...outputs.map((name) => `label:${name}`),
    ...outputs.map((name) => `probability:${name}`),
  ];
  const lines = predictions.map(({ imageId, patient, eye, split, labels, probabilities }) => [
    imageId,
    String(patient),
    eye ?? '',
    split,
    ...labels.map((label) => (label === null ? '' : String(label))),
    ...probabilities.map(String),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(quoteCell).join(',')}\n`).join('');
}

/** The rows of a file written by {@link formatPredictions}. @throws AppError `io` when it is not whole. */
export function parsePredictions(text: string, outputs: readonly string[]): Prediction[] {
  const rows = cellsOf(text);
  const header = rows.shift() ?? [];
  const expected = FIXED_COLUMNS.length + 2 * outputs.length;
  if (header.length !== expected) {
    throw new AppError('io', `Expected predictions with ${expected} columns, found ${header.length}.`, {
      action: 'Resume the study: the run is scored again.',
    });
  }
  return rows.map((cells, row) => parseRow(cells, outputs.length, row + 2));
}

/** What {@link formatPredictions} writes needs no parser unless a cell is quoted: a large study has hundreds of thousands of lines. */
function cellsOf(text: string): string[][] {
  if (/["\r\uFEFF]/.test(text)) {
    return z.array(z.array(z.string())).parse(parse(text, { bom: true, relax_column_count: true }));
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.split(','));
}

function parseRow(cells: string[], outputs: number, line: number): Prediction {
  const labels = cells.slice(FIXED_COLUMNS.length, FIXED_COLUMNS.length + outputs);
  const probabilities = cells.slice(FIXED_COLUMNS.length + outputs);
  const parsed = rowSchema.safeParse({
    imageId: cells[0],
    patient: cells[1],
    eye: cells[2],
    split: cells[3],
    labels,
    probabilities,
  });
  if (!parsed.success || labels.length !== outputs || probabilities.length !== outputs) {
    throw new AppError(
      'io',
      `Line ${line} of the predictions cannot be read: expected labels of 0 or 1 and probabilities from 0 to 1.`,
      {
        action: 'Resume the study: the run is scored again.',
      },
    );
  }
  return parsed.data;
}

const rowSchema = z.object({
  imageId: z.string().min(1),
  patient: z.string().regex(/^\d+$/).transform(Number),
  eye: z.string().transform((eye) => (eye === '' ? null : eye)),
  split: splitSchema,
  labels: z.array(
    z.enum(['', '0', '1']).transform((label): LabelValue => (label === '' ? null : label === '1' ? 1 : 0)),
  ),
  probabilities: z.array(
    z
      .string()
      .regex(/^[\d.e+-]+$/)
      .transform(Number)
      .pipe(z.number().min(0).max(1)),
  ),
});

const quoteCell = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Labels and scores in NumPy's `.npy` files for `stats`: one file of scores, one of labels, and one of patients if there are any. */
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import { readNpy, type NpyArray } from '../../platform/npy.ts';
import type { StatsColumns, StatsData } from './scores-table.ts';

/**
 * Scores: N numbers, or N x models. `columns.label` and `columns.patient` name the `.npy` files of N labels (0, 1, NaN for unknown) and N
 * patient numbers. @throws AppError `not-found`, `bad-input`
 */
export function readStatsNpy(file: string, columns: StatsColumns): StatsData {
  const { label, patient, skipMissing = false } = columns;
  if (label === undefined) {
    throw new AppError('bad-input', 'Expected the file of labels, since a .npy file of scores has no columns.', {
      action: 'Name it with --label LABELS.npy; patients with --patient PATIENTS.npy.',
    });
  }
  if ((columns.score ?? []).length > 0 || (columns.subgroup ?? []).length > 0 || columns.positive !== undefined) {
    throw new AppError('bad-input', '--score, --subgroup and --positive are for tables with named columns.', {
      action: 'Write a CSV file to use them.',
    });
  }
  const scores = readNpy(file);
  const [rows = 0, models = 1] = scores.shape;
  if (scores.shape.length < 1 || scores.shape.length > 2 || rows === 0 || models === 0) {
    throw new AppError('bad-input', `Expected N scores or N x models, found the shape (${scores.shape.join(', ')}).`);
  }
  const labels = readVector(label, rows, 'labels');
  const patients = typeof patient === 'string' ? readVector(patient, rows, 'patients') : null;
  return collect({ name: path.basename(file, '.npy'), scores, rows, models, labels, patients, label, skipMissing });
}

function readVector(file: string, rows: number, what: string): NpyArray['values'] {
  const array = readNpy(file);
  const [length = 0, second = 1] = array.shape;
  if (length === rows && second === 1 && array.shape.length <= 2) return array.values;
  throw new AppError(
    'bad-input',
    `Expected ${rows} ${what}, one per row of scores, found the shape (${array.shape.join(', ')}).`,
  );
}

function collect(params: {
  name: string;
  scores: NpyArray;
  rows: number;
  models: number;
  labels: NpyArray['values'];
  patients: NpyArray['values'] | null;
  label: string;
  skipMissing: boolean;
}): StatsData {
  const { name, scores, rows, models, labels, patients, label, skipMissing } = params;
  const kept: number[] = [];
  const leftOut = { noLabel: 0, noScore: 0 };
  const scoreAt = (row: number, model: number): number => scores.values[row * models + model] as number;
  for (let row = 0; row < rows; row++) {
    const value = labels[row] as number;
    if (Number.isNaN(value)) {
      leftOut.noLabel++;
      continue;
    }
    if (value !== 0 && value !== 1) {
      throw new AppError('bad-input', `Expected labels 0, 1 or NaN (unknown), found ${value} in row ${row + 1}.`);
    }
    const missing = Array.from({ length: models }, (_, model) => model).find((m) => !Number.isFinite(scoreAt(row, m)));
    if (missing !== undefined) {
      if (!skipMissing || !Number.isNaN(scoreAt(row, missing))) {
        throw new AppError('bad-input', `Expected a score, found ${scoreAt(row, missing)} in row ${row + 1}.`, {
          action: 'Leave out rows whose score is NaN with --skip-missing.',
        });
      }
      leftOut.noScore++;
      continue;
    }
    kept.push(row);
  }
  return {
    labelColumn: path.basename(label),
    patientColumn: patients === null ? null : 'patients',
    labels: kept.map((row) => labels[row] as number),
    scores: Array.from({ length: models }, (_, model) => ({
      name: models === 1 ? name : `${name}[${model}]`,
      values: Float64Array.from(kept, (row) => scoreAt(row, model)),
    })),
    patients: patients === null ? null : kept.map((row) => String(patients[row])),
    groups: [],
    leftOut,
  };
}

/** From the words of the command line to an import request. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  LAYOUT_IDS,
  MODALITIES,
  type ColumnMapping,
  type ImportRequest,
  type LayoutId,
  type Modality,
  type PreviewRequest,
  type UnknownPolicy,
} from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';

export interface ImportFlags {
  name?: string;
  layout?: LayoutId;
  labels?: string;
  imageColumn?: string;
  labelColumns?: string[];
  patientColumn?: string;
  eyeColumn?: string;
  sexColumn?: string;
  ageColumn?: string;
  viewColumn?: string;
  siteColumn?: string;
  outputs?: string[];
  positiveFrom?: number;
  views?: 'frontal' | 'all';
  modality?: Modality;
  uncertain?: UnknownPolicy['uncertain'];
  blank?: UnknownPolicy['blank'];
  split: SplitFlag;
  splitSeed: number;
  preview?: true;
}

export type SplitFlag = 'given' | { train: number; validation: number; test: number };

const DEFAULT_SPLIT = { train: 0.7, validation: 0.1, test: 0.2 };

/** `70/10/20` (percent, or any three proportions), or `given`. */
export function parseSplit(text: string): SplitFlag {
  if (text === 'given') return 'given';
  const parts = text.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const sum = parts.reduce((a, b) => a + b, 0);
  if (parts.length !== 3 || !parts.every((part) => part > 0) || Math.abs(sum - 100) > 1e-6) {
    throw new InvalidArgumentError(
      'Expected percentages of training, validation and test that add up to 100, such as 70/10/20, or "given".',
    );
  }
  const [train, validation, test] = parts as [number, number, number];
  return { train: train / 100, validation: validation / 100, test: test / 100 };
}

function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** `A,B` or the option several times. */
function parseList(text: string, before: string[] = []): string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

export function addImportOptions(command: Command): Command {
  return command
    .option('--name <name>', "the dataset's name (default: the folder's)")
    .addOption(new Option('--layout <layout>', 'overrule what is recognised').choices(LAYOUT_IDS))
    .option('--labels <file>', 'the table of labels, in the folder or elsewhere')
    .option('--image-column <column>', 'which column names the image')
    .option('--label-columns <columns>', 'one column of grades or classes, or several of findings: A,B,C', parseList)
    .option('--patient-column <column>', 'which column tells patients apart')
    .option('--eye-column <column>', 'left or right')
    .option('--sex-column <column>')
    .option('--age-column <column>')
    .option('--view-column <column>')
    .option('--site-column <column>', 'hospital or camera')
    .option('--outputs <names>', 'which findings or classes to learn, in order: A,B,C', parseList)
    .option('--positive-from <grade>', 'lowest grade that counts as positive (default 2)', parseWhole)
    .addOption(
      new Option('--views <views>', 'chest x-rays: frontal only (default), or all').choices(['frontal', 'all']),
    )
    .addOption(new Option('--modality <modality>', 'what the images show').choices(MODALITIES))
    .addOption(
      new Option('--uncertain <policy>', 'findings marked -1 (default ignore)').choices(['ignore', 'zeros', 'ones']),
    )
    .addOption(new Option('--blank <policy>', 'findings left blank (default zeros)').choices(['ignore', 'zeros']))
    .option('--split <parts>', 'training/validation/test in percent of patients, or "given"', parseSplit, DEFAULT_SPLIT)
    .option('--split-seed <seed>', 'which patients go where', parseWhole, 0)
    .option('--preview', 'only say what would be imported');
}

/** The columns that the flags name; the rest of the mapping is `suggested`. Null when no flag names a column. */
export function mapColumns(flags: ImportFlags, suggested: ColumnMapping | null): ColumnMapping | null {
  const { imageColumn, labelColumns, patientColumn, eyeColumn, sexColumn, ageColumn, viewColumn, siteColumn } = flags;
  const roles = {
    patient: patientColumn,
    eye: eyeColumn,
    sex: sexColumn,
    age: ageColumn,
    view: viewColumn,
    site: siteColumn,
  };
  const named = Object.entries(roles).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (imageColumn === undefined && labelColumns === undefined && named.length === 0) return null;
  const taken = new Set([imageColumn, ...(labelColumns ?? []), ...named.map(([, column]) => column)]);
  const kept = Object.entries(suggested ?? {}).filter(
    ([role, column]) => role === 'labels' || !taken.has(column as string),
  );
  const rest = Object.fromEntries(kept) as Partial<ColumnMapping>;
  const image = imageColumn ?? rest.image;
  const labels = labelColumns ?? rest.labels?.filter((column) => !taken.has(column));
  if (image === undefined || labels === undefined || labels.length === 0) {
    throw new AppError(
      'bad-input',
      `Expected to know the ${image === undefined ? 'column of images' : 'columns of labels'}, but no column of the table reads as such.`,
      { action: 'Name it with --image-column or --label-columns.' },
    );
  }
  return { ...rest, image, labels, ...Object.fromEntries(named) };
}

export function previewRequest(folder: string, flags: ImportFlags, columns: ColumnMapping | null): PreviewRequest {
  const { layout, labels, outputs, positiveFrom, views, modality, uncertain, blank } = flags;
  return {
    folder: path.resolve(folder),
    layout,
    labelsFile: labels === undefined ? undefined : labelsPath(folder, labels),
    columns: columns ?? undefined,
    outputs,
    positiveFrom,
    views,
    modality,
    unknown:
      uncertain === undefined && blank === undefined
        ? undefined
        : { uncertain: uncertain ?? 'ignore', blank: blank ?? 'zeros' },
  };
}

/** A file that exists from here is meant so, as with every command; else the name is relative to the folder. */
function labelsPath(folder: string, labels: string): string {
  return existsSync(labels) ? path.resolve(labels) : path.resolve(folder, labels);
}

export function importRequest(folder: string, flags: ImportFlags, columns: ColumnMapping | null): ImportRequest {
  const { split, splitSeed } = flags;
  return {
    ...previewRequest(folder, flags, columns),
    name: flags.name ?? path.basename(path.resolve(folder)),
    split: split === 'given' ? { ...DEFAULT_SPLIT, seed: splitSeed, source: 'given' } : { ...split, seed: splitSeed },
  };
}

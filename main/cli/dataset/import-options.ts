/** From the words of the command line to an import request. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  JOIN_RULES,
  LABEL_READINGS,
  MODALITIES,
  type ImportRequest,
  type JoinRule,
  type LabelReading,
  type Modality,
  type PreviewRequest,
} from '../../../shared/dataset/dataset.ts';
import type { UnknownPolicy } from '../../../shared/dataset/label-policies.ts';
import { LAYOUT_IDS, type LayoutId } from '../../../shared/dataset/layout-ids.ts';
import { PATIENT_CHOICES, type PatientChoice } from '../../../shared/dataset/patient-proposal.ts';
import { readSheetName } from '../../datasets/workbooks/open-workbook.ts';
import { wholeNumber } from '../output/whole-number.ts';
import { ACCEPTABLE_LOSSES, type AcceptableLoss } from '../../../shared/dataset/import-question.ts';

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
  splitColumn?: string;
  readerColumn?: string;
  otherImages?: string[];
  labelsAs?: LabelReading;
  outputs?: string[];
  positive?: string[];
  positiveFrom?: number;
  /** False: every word is a class. */
  missing?: string[] | false;
  join?: JoinRule;
  patients?: PatientChoice;
  accept?: AcceptableLoss[];
  views?: 'frontal' | 'all';
  modality?: Modality;
  uncertain?: UnknownPolicy['uncertain'];
  blank?: UnknownPolicy['blank'];
  ifNoFinding?: UnknownPolicy['noFinding'];
  split: SplitFlag;
  splitSeed: number;
  splitFile?: string;
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
    .option('--labels <file>', 'the table of labels, in the folder or elsewhere; of a workbook: "book.xlsx [Sheet 2]"')
    .option('--image-column <column>', 'which column names the image')
    .option('--label-columns <columns>', 'one column of grades or classes, or several of findings: A,B,C', parseList)
    .option('--patient-column <column>', 'which column tells patients apart')
    .option('--eye-column <column>', 'left or right')
    .option('--sex-column <column>')
    .option('--age-column <column>')
    .option('--view-column <column>')
    .option('--site-column <column>', 'hospital or camera')
    .option('--split-column <column>', "the data set's own parts: training, validation, test")
    .option('--reader-column <column>', 'who read the image, where it has a row per reader')
    .option('--other-images <columns>', 'further columns that name an image of the same row', parseList)
    .addOption(new Option('--labels-as <reading>', 'how one column of labels is read').choices(LABEL_READINGS))
    .option('--outputs <names>', 'which findings or classes to learn, in order: A,B,C', parseList)
    .option('--positive <values>', 'which classes or grades are positive, as the table writes them: A,B', parseList)
    .option('--positive-from <grade>', 'lowest grade that counts as positive (default 2)', wholeNumber(0))
    .addOption(
      new Option('--views <views>', 'chest x-rays: frontal only (default), or all').choices(['frontal', 'all']),
    )
    .addOption(new Option('--modality <modality>', 'what the images show').choices(MODALITIES))
    .addOption(
      new Option('--uncertain <policy>', 'findings marked -1 (default ignore)').choices(['ignore', 'zeros', 'ones']),
    )
    .addOption(new Option('--blank <policy>', 'findings left blank (default zeros)').choices(['ignore', 'zeros']))
    .addOption(
      new Option(
        '--if-no-finding <rule>',
        'uncertain and blank findings of rows that say "No Finding" (default absent)',
      ).choices(['absent', 'as-written']),
    )
    .option('--missing <words>', 'words of the label column that mean "not known": NA,unknown', parseList)
    .option('--no-missing', 'every word of the label column is a class')
    .addOption(
      new Option('--patients <from>', 'patients that names suggest: confirm them, or count every image').choices(
        PATIENT_CHOICES,
      ),
    )
    .addOption(new Option('--join <rule>', 'how several rows of one image become one').choices(JOIN_RULES))
    .addOption(
      new Option(
        '--accept <losses>',
        `go on without what an import asked about: ${ACCEPTABLE_LOSSES.join(', ')}`,
      ).argParser(parseLosses),
    )
    .option('--split <parts>', 'training/validation/test in percent of patients, or "given"', parseSplit, DEFAULT_SPLIT)
    .option('--split-file <file>', 'a table of images and their parts, as "dataset split --csv" writes it')
    .option('--split-seed <seed>', 'which patients go where', wholeNumber(0), 0)
    .option('--preview', 'only say what would be imported');
}

function parseLosses(text: string, before: AcceptableLoss[] = []): AcceptableLoss[] {
  const losses = parseList(text).map((name) => {
    const loss = ACCEPTABLE_LOSSES.find((known) => known === name);
    if (loss === undefined) throw new InvalidArgumentError(`Allowed choices are ${ACCEPTABLE_LOSSES.join(', ')}.`);
    return loss;
  });
  return [...before, ...losses];
}

/** The columns that the flags name; undefined when none does. */
function columnHints(flags: ImportFlags): PreviewRequest['columnHints'] {
  const hints = {
    image: flags.imageColumn,
    labels: flags.labelColumns,
    patient: flags.patientColumn,
    eye: flags.eyeColumn,
    sex: flags.sexColumn,
    age: flags.ageColumn,
    view: flags.viewColumn,
    site: flags.siteColumn,
    split: flags.splitColumn,
    reader: flags.readerColumn,
    otherImages: flags.otherImages,
  };
  return Object.values(hints).some((name) => name !== undefined) ? hints : undefined;
}

export function previewRequest(folder: string, flags: ImportFlags): PreviewRequest {
  const { labels, splitFile, missing } = flags;
  return {
    folder: path.resolve(folder),
    layout: flags.layout,
    labelsFile: labels === undefined ? undefined : labelsPath(folder, labels),
    splitFile: splitFile === undefined ? undefined : labelsPath(folder, splitFile),
    columnHints: columnHints(flags),
    labelsAs: flags.labelsAs,
    outputs: flags.outputs,
    positive: flags.positive,
    positiveFrom: flags.positiveFrom,
    views: flags.views,
    modality: flags.modality,
    unknown: { uncertain: flags.uncertain, blank: flags.blank, noFinding: flags.ifNoFinding },
    // Commander's own default of a `--no-` option is true.
    missing: missing === false ? [] : Array.isArray(missing) ? missing : undefined,
    join: flags.join,
    patients: flags.patients,
    accept: flags.accept,
  };
}

/** A file that exists from here is meant so, as with every command; else the name is relative to the folder. */
function labelsPath(folder: string, labels: string): string {
  const file = readSheetName(labels)?.workbook ?? labels;
  return existsSync(file) ? path.resolve(labels) : path.resolve(folder, labels);
}

export function importRequest(folder: string, flags: ImportFlags): ImportRequest {
  const { split, splitSeed } = flags;
  return {
    ...previewRequest(folder, flags),
    name: flags.name ?? path.basename(path.resolve(folder)).replace(/\.npz$/i, ''),
    split: split === 'given' ? { ...DEFAULT_SPLIT, seed: splitSeed, source: 'given' } : { ...split, seed: splitSeed },
  };
}

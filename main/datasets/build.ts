/** The import: from a folder to a manifest. Reads the user's files and changes none of them. */
import type { z } from 'zod';
import { countOf } from '../../shared/words/numbers.ts';
import {
  importRequestSchema,
  type ImportProblem,
  type ImportRequest,
  type SplitConfig,
} from '../../shared/dataset/dataset.ts';
import type { PicturePair } from '../../shared/dataset/picture-pairs.ts';
import type { DatasetRecord, ImageRecord } from '../../shared/dataset/dataset-record.ts';
import type { ImportQuestion } from '../../shared/dataset/import-question.ts';
import { AppError } from '../../shared/system/errors.ts';
import { unknownPolicyOf } from './labels/cell-values.ts';
import { questionsError } from './questions.ts';
import { modalityOf } from './dicom/folder-tags.ts';
import { assemble, leftOut, type Candidate } from './rows/assemble.ts';
import { lossQuestions, unreadQuestions } from './rows/losses.ts';
import { modalityQuestions } from './image-quality.ts';
import { inspectImages } from './inspection/inspect-images.ts';
import { chooseImages, type ChosenImages } from './choose-images.ts';
import { leaveOutExcluded } from './exclude-images.ts';
import { openJournal } from './inspection/inspection-journal.ts';
import { contentHash } from './manifest.ts';
import { patientRuleOf } from './identity/propose-patients.ts';
import type { ProblemList } from './problem-list.ts';
import type { WalkProgress } from './folder-index.ts';
import { recogniseFolder } from './recognise.ts';
import { followSplitFile } from './split-file.ts';

export interface BuildOptions {
  datasetId: string;
  /** Pairs of pictures (`pairKey` of their ids) that a reader has declared different. */
  different?: ReadonlySet<string>;
  /** Images decoded so far, of those that are candidates. */
  onProgress?: (done: number, total: number) => void;
  /** Before that, while the folder is walked over. */
  onWalk?: (seen: WalkProgress) => void;
  signal?: AbortSignal;
  /** File in which it is kept what was found about images, so that the next import of the folder need not decode them. */
  journal?: string;
}

export interface BuiltDataset {
  dataset: DatasetRecord;
  images: ImageRecord[];
  /** All, worst first. */
  problems: ImportProblem[];
  pairs: PicturePair[];
  dicomPatients: ChosenImages['dicomPatients'];
}

/**
 * @throws AppError `bad-input` when no image can be used (what was wrong is in the message), `cancelled` or the signal's
 * reason when aborted; otherwise never for what is in the data.
 */
export async function buildDataset(input: ImportRequest, options: BuildOptions): Promise<BuiltDataset> {
  const request = importRequestSchema.parse(input);
  const splitConfig = splitConfigOf(request);
  const { signal, onProgress = () => undefined } = options;
  const read = await readCandidates(request, splitConfig, options);
  const { candidates, files, flow, target, modality, folder, problems, ask, refuseLosses, ...about } = read;
  const journal = options.journal === undefined ? null : openJournal(options.journal);
  const inspection = await inspectImages(candidates, {
    ...{ folder, modality, problems, journal, onProgress, signal },
  }).finally(() => journal?.close(files));
  const readable = inspection.images;
  flow.push({
    step: 'Readable',
    images: readable.length,
    note: leftOut([[candidates.length - readable.length, 'that cannot be decoded', 'that cannot be decoded']]),
  });
  refuseLosses(readable);
  const inspected = leaveOutExcluded(readable, request.exclude ?? [], problems);
  inspection.images = inspected;
  if (inspected.length < readable.length) {
    const note = leftOut([[readable.length - inspected.length, 'by hand', 'by hand']]);
    flow.push({ step: 'Not left out by hand', images: inspected.length, note });
  }
  if (inspected.length === 0) throw nothingUsable(problems, files.length);
  ask(modalityQuestions(inspected, { modality, chosen: request.modality !== undefined }));
  const { different = new Set(), datasetId } = options;
  const { images, pairs, patients, dicomPatients } = await chooseImages(inspection, {
    folder,
    target,
    config: splitConfig,
    different,
    flow,
    problems,
    signal,
  });
  if (images.length === 0) throw nothingUsable(problems, files.length);
  return {
    images,
    pairs,
    dicomPatients,
    problems: problems.sorted(),
    dataset: {
      ...{ id: datasetId, name: request.name, modality, target, folder, flow, splitConfig, ...about },
      createdAt: new Date().toISOString(),
      patientIdKnown: patients > 0 && problems.count('no-patient') === 0,
      picturesCompared: true,
      qualityChecked: true,
      unknownPolicy: unknownPolicyOf(request),
      problemCounts: problems.counts(),
      contentHash: contentHash(target.outputs, images),
      request: input,
    },
  };
}

/**
 * What the folder says of its images, before any is decoded. What was needed to read it (tables, the index of names) is not handed on, so that
 * it takes no memory while images are inspected.
 */
async function readCandidates(
  request: z.output<typeof importRequestSchema>,
  splitConfig: SplitConfig,
  { signal, onWalk }: BuildOptions,
) {
  const { facts, recogniser, evidence, problems } = await recogniseFolder(request, { signal, onProgress: onWalk });
  const reading = await recogniser.read(facts, problems, signal);
  if (splitConfig.source === 'given' && !reading.givenSplits) {
    throw new AppError('bad-input', 'Expected a data set that names its own splits, but this one does not.', {
      action: 'Let the app split the patients instead.',
    });
  }
  const ask = (others: readonly ImportQuestion[]): void => {
    const questions = [...unreadQuestions(problems, request), ...others];
    if (questions.length > 0) throw questionsError(questions);
  };
  ask(reading.questions);
  const { candidates: assembled, flow, tally, patientProposal, patientRule } = assemble(facts, reading, problems);
  const { candidates, questions } = await followSplitFile({ facts, candidates: assembled, problems, signal });
  ask(questions);
  if (candidates.length < assembled.length) {
    const unnamed = leftOut([[assembled.length - candidates.length, 'not named', 'not named']]);
    flow.push({ step: 'In the split file', images: candidates.length, note: unnamed });
  }
  const files = facts.index.images;
  const refuseLosses = (used: readonly Candidate[]): void => {
    // Where nothing is left there is no 'rest' to go on with: the first reason is the better answer.
    if (used.length === 0) throw nothingUsable(problems, files.length);
    ask(lossQuestions({ reading, tally, used, candidates: candidates.length, problems, request }));
  };
  refuseLosses(candidates);
  return {
    candidates,
    files,
    flow,
    evidence,
    problems,
    ask,
    refuseLosses,
    folder: facts.index.folder,
    synthetic: facts.index.synthetic,
    modality: request.modality ?? modalityOf(facts.dicom, files.length) ?? reading.modality,
    target: reading.target,
    layout: recogniser.layout,
    layoutName: recogniser.name,
    patientRule: patientRuleOf(patientRule, patientProposal),
  };
}

function splitConfigOf({ split, splitFile }: z.output<typeof importRequestSchema>): SplitConfig {
  if (splitFile !== undefined) return { ...split, source: 'file' };
  if (split.source !== 'file') return split;
  throw new AppError('bad-input', 'Expected a table that says which image is in which part, got none.', {
    action: 'Name the split file.',
  });
}

function nothingUsable(problems: ProblemList, images: number): AppError {
  const first = problems.sorted().find((problem) => problem.kind !== 'no-patient');
  return new AppError(
    'bad-input',
    `Expected at least one usable image, found none among ${countOf(images, 'image file')}.` +
      (first ? ` The first reason: ${first.message}` : ''),
    { action: 'Look at the preview for the whole list of problems.' },
  );
}

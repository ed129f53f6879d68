/** The import: from a folder to a manifest. Reads the user's files and changes none of them. */
import type { z } from 'zod';
import { countOf } from '../../shared/words/numbers.ts';
import {
  importRequestSchema,
  SPLITS,
  type ImportProblem,
  type ImportRequest,
  type Manifest,
  type Split,
  type SplitConfig,
  type Target,
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
import { resolveContentDuplicates } from './content-duplicates.ts';
import { joinSimilarPictures } from './identity/join-similar.ts';
import { flagImages, modalityQuestions } from './image-quality.ts';
import { inspectImages, type InspectedImage } from './inspect-images.ts';
import { leaveOutExcluded } from './exclude-images.ts';
import { openJournal } from './inspection-journal.ts';
import { contentHash } from './manifest.ts';
import { groupByPatient, notePatients } from './patients.ts';
import { patientRuleOf } from './identity/propose-patients.ts';
import type { ProblemList } from './problem-list.ts';
import type { WalkProgress } from './folder-index.ts';
import { recogniseFolder } from './recognise.ts';
import { splitImages, type SplitImage } from './split-images.ts';
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
  manifest: Manifest;
  images: ImageRecord[];
  /** All, worst first. */
  problems: ImportProblem[];
  /** Pictures found twice: those that look the same, then copies. */
  pairs: PicturePair[];
}

const FEW_CASES = 10;

/**
 * @throws AppError `bad-input` when no image can be used (what was wrong is in the message), `cancelled` or the signal's
 * reason when aborted; otherwise never for what is in the data.
 */
export async function buildDataset(input: ImportRequest, options: BuildOptions): Promise<BuiltDataset> {
  const request = importRequestSchema.parse(input);
  const splitConfig = splitConfigOf(request);
  const { signal, onProgress = () => undefined } = options;
  const { facts, recogniser, evidence, problems } = await recogniseFolder(request, {
    signal,
    onProgress: options.onWalk,
  });
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
  const refuseLosses = (used: readonly Candidate[]): void => {
    // Where nothing is left there is no 'rest' to go on with: the first reason is the better answer.
    if (used.length === 0) throw nothingUsable(problems, facts.index.images.length);
    ask(lossQuestions({ reading, tally, used, candidates: candidates.length, problems, request }));
  };
  refuseLosses(candidates);
  const modality = request.modality ?? modalityOf(facts.dicom, facts.index.images.length) ?? reading.modality;
  const folder = facts.index.folder;
  const journal = options.journal === undefined ? null : openJournal(options.journal);
  const readable = await inspectImages(candidates, {
    ...{ folder, modality, problems, journal, onProgress, signal },
  }).finally(() => journal?.close(facts.index.images));
  flow.push({
    step: 'Readable',
    images: readable.length,
    note: leftOut([[candidates.length - readable.length, 'that cannot be decoded', 'that cannot be decoded']]),
  });

  refuseLosses(readable);
  const inspected = leaveOutExcluded(readable, request.exclude ?? [], problems);
  if (inspected.length < readable.length) {
    const note = leftOut([[readable.length - inspected.length, 'by hand', 'by hand']]);
    flow.push({ step: 'Not left out by hand', images: inspected.length, note });
  }
  if (inspected.length === 0) throw nothingUsable(problems, facts.index.images.length);
  ask(modalityQuestions(inspected, { modality, chosen: request.modality !== undefined }));
  const groups = groupByPatient(inspected);
  const { kept: unique, pairs: copies } = resolveContentDuplicates(inspected, groups, problems);
  const different = options.different ?? new Set();
  const alike = await joinSimilarPictures({ images: inspected, kept: unique, groups, problems, different }, signal);
  if (unique.length < inspected.length) {
    const note = leftOut([[inspected.length - unique.length, 'copy of another picture', 'copies of other pictures']]);
    flow.push({ step: 'Without copies', images: unique.length, note });
  }
  const chosen = unique.map((i): SplitImage => ({ ...(inspected[i] as InspectedImage), group: groups.find(i) }));
  const kept =
    splitConfig.source === 'given' || splitConfig.source === 'file'
      ? keepPatientsInOneGivenSplit(chosen, problems)
      : chosen;
  if (kept.length < chosen.length) {
    const shared = leftOut([
      [
        chosen.length - kept.length,
        'of a patient who is also in a later split',
        'of patients who are also in a later split',
      ],
    ]);
    flow.push({ step: 'Without shared patients', images: kept.length, note: shared });
  }
  if (kept.length === 0) throw nothingUsable(problems, facts.index.images.length);
  const declared = problems.count('different-pictures');
  const usedNote = declared === 0 ? '' : `${countOf(declared, 'pair')} of pictures declared different`;
  flow.push({ step: 'Used', images: kept.length, note: usedNote });

  const { known } = notePatients(kept, problems);
  const flags = flagImages({ kept, inspected, problems });
  const images = splitImages({ kept, folder, target: reading.target, config: splitConfig });
  images.forEach((image, i) => (image.flags = flags[i] ?? []));
  noteFewCases(images, reading.target, problems);
  const hash = contentHash(reading.target.outputs, images);
  const { synthetic } = facts.index;
  const { datasetId } = options;
  return {
    images,
    manifest: {
      schema: 1,
      datasetId,
      contentHash: hash,
      modality,
      synthetic,
      target: reading.target,
      images: images.map(({ id, path, sha256, patient, eye, split, labels }) => ({
        id,
        path,
        sha256,
        patient,
        eye,
        split,
        labels,
      })),
    },
    problems: problems.sorted(),
    pairs: [...alike, ...copies],
    dataset: {
      id: datasetId,
      name: request.name,
      layout: recogniser.layout,
      layoutName: recogniser.name,
      modality,
      synthetic,
      createdAt: new Date().toISOString(),
      target: reading.target,
      folder,
      evidence,
      patientRule: patientRuleOf(patientRule, patientProposal),
      patientIdKnown: known > 0 && problems.count('no-patient') === 0,
      picturesCompared: true,
      qualityChecked: true,
      splitConfig,
      unknownPolicy: unknownPolicyOf(request),
      problemCounts: problems.counts(),
      contentHash: hash,
      flow,
      request: input,
    },
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

/** A data set's own splits may share patients: the later split (test, then validation) keeps them. */
function keepPatientsInOneGivenSplit(images: readonly SplitImage[], problems: ProblemList): SplitImage[] {
  const rank = (split: Split | null): number => (split === null ? -1 : SPLITS.indexOf(split));
  const last = new Map<number, number>();
  for (const { group, givenSplit } of images) last.set(group, Math.max(last.get(group) ?? -1, rank(givenSplit)));
  return images.filter((image) => {
    const latest = last.get(image.group) as number;
    if (rank(image.givenSplit) === latest) return true;
    problems.leaveOut(
      'shared-patient',
      image.file,
      `The data set has this patient in ${image.givenSplit} and in ${SPLITS[latest]}; the image is left out of ${image.givenSplit}.`,
    );
    return false;
  });
}

/** An AUC needs both classes, and means little from a handful. One note a split. */
function noteFewCases(images: readonly ImageRecord[], target: Target, problems: ProblemList): void {
  for (const split of SPLITS) {
    const rows = images.filter((image) => image.split === split);
    const few = target.endpoints
      .filter(({ headline }) => headline)
      .map((endpoint) => ({
        name: endpoint.name,
        positives: rows.filter(({ labels }) => endpoint.positiveOutputs.some((k) => labels[k] === 1)).length,
        negatives: rows.filter(({ labels }) => endpoint.positiveOutputs.every((k) => labels[k] === 0)).length,
      }))
      .filter(({ positives, negatives }) => Math.min(positives, negatives) < FEW_CASES);
    if (few.length === 0) continue;
    const none = few.some(({ positives, negatives }) => Math.min(positives, negatives) === 0);
    const counts = few.slice(0, 5).map((f) => `"${f.name}" (${f.positives} positive, ${f.negatives} negative)`);
    const effect =
      split === 'train'
        ? 'Little can be learned from so few.'
        : `An AUC from so few is uncertain${none ? ', and undefined where one side is 0' : ''}.`;
    const more = few.length > counts.length ? ` and ${few.length - counts.length} more` : '';
    problems.note(
      'few-cases',
      null,
      `The ${split === 'train' ? 'training' : split} split has few images for ${counts.join(', ')}${more}. ${effect}`,
      few.length,
    );
  }
}

/** What an import would find, without decoding an image: the wizard's second step. Of many images a sample is looked into. */
import type { ImportPreview, LabelValue, OutputCounts, PreviewRequest, Split } from '../../shared/dataset/dataset.ts';
import { SPLITS } from '../../shared/dataset/dataset.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { modalityOf } from './dicom/folder-tags.ts';
import { assemble } from './rows/assemble.ts';
import type { WalkProgress } from './folder-index.ts';
import { unknownPolicyOf } from './labels/cell-values.ts';
import { patientRuleOf } from './identity/propose-patients.ts';
import { notePatients } from './patients.ts';
import { recogniseFolder } from './recognise.ts';
import type { FolderFacts, ReadRow } from './recognisers/recogniser.ts';
import { lossQuestions, unreadQuestions } from './rows/losses.ts';
import { modalityQuestions } from './image-quality.ts';
import { sniffCandidates, sniffSizes } from './sniff.ts';
import { followSplitFile } from './split-file.ts';

const PROBLEMS_SHOWN = 200;

/** How far a preview is: walking over the folder, reading its labels, or looking into the images. */
export interface PreviewProgress extends WalkProgress {
  stage: 'folder' | 'labels' | 'images';
}

export function countOutputs(
  outputs: readonly string[],
  rows: readonly { labels: readonly LabelValue[] }[],
): OutputCounts[] {
  return outputs.map((output, k) => {
    const count = { output, positive: 0, negative: 0, unknown: 0 };
    for (const { labels } of rows) {
      const label = labels[k] ?? null;
      if (label === null) count.unknown++;
      else if (label === 1) count.positive++;
      else count.negative++;
    }
    return count;
  });
}

function countSplits(rows: readonly ReadRow[]): { split: Split; rows: number }[] {
  return SPLITS.map((split) => ({ split, rows: rows.filter((row) => row.givenSplit === split).length })).filter(
    ({ rows }) => rows > 0,
  );
}

/** What can be chosen as the table of labels: files, and the sheets of workbooks that have several. */
function listTables({ index, tables }: FolderFacts): string[] {
  return index.tableFiles.flatMap((name) => [
    name,
    ...tables.flatMap(({ file }) => (file.startsWith(`${name} [`) ? [file] : [])),
  ]);
}

/**
 * Never fails for what is in the data: problems are listed.
 * @throws AppError when there is no folder, no image, or nothing that could label images; or when aborted.
 */
export async function previewImport(
  request: PreviewRequest,
  options: { onProgress?: (progress: PreviewProgress) => void; signal?: AbortSignal } = {},
): Promise<ImportPreview> {
  const { onProgress, signal } = options;
  let seen: WalkProgress = { folders: 0, files: 0 };
  const enter = async (stage: PreviewProgress['stage']): Promise<void> => {
    onProgress?.({ stage, ...seen });
    await nextTurn();
    signal?.throwIfAborted();
  };
  const { facts, recogniser, evidence, candidates, problems } = await recogniseFolder(request, {
    signal,
    onProgress: (progress) => {
      seen = progress;
      onProgress?.({ stage: 'folder', ...seen });
    },
  });
  await enter('labels');
  const reading = await recogniser.read(facts, problems, signal);
  await enter('images');
  const assembly = assemble(facts, reading, problems);
  const followed = await followSplitFile({ facts, candidates: assembly.candidates, problems, signal });
  const usable = await sniffCandidates({
    folder: facts.index.folder,
    candidates: followed.candidates,
    tags: facts.dicom,
    problems,
    signal,
  });
  const modality = request.modality ?? modalityOf(facts.dicom, facts.index.images.length) ?? reading.modality;
  const sizes = modality === 'other' ? await sniffSizes(facts.index.folder, usable) : [];
  const late =
    reading.questions.length > 0 || usable.length === 0
      ? []
      : [
          ...modalityQuestions(sizes, { modality, chosen: request.modality !== undefined }),
          ...lossQuestions({
            reading,
            tally: assembly.tally,
            used: usable,
            candidates: followed.candidates.length,
            problems,
            request,
          }),
        ];
  const { known, unknown } = notePatients(usable, problems);
  return {
    folder: facts.index.folder,
    layout: recogniser.layout,
    layoutName: recogniser.name,
    evidence,
    candidates,
    modality,
    synthetic: facts.index.synthetic,
    labelsFile: reading.labelsFiles[0] ?? null,
    tableFiles: listTables(facts),
    columns: reading.columns,
    suggestedColumns: reading.suggestedColumns,
    target: reading.target,
    availableOutputs: reading.availableOutputs,
    counts: {
      rows: reading.rows.length,
      imagesFound: facts.index.images.length,
      usable: usable.length,
      patients: known === 0 ? null : known + unknown,
      outputs: countOutputs(reading.target.outputs, usable),
    },
    patientRule: patientRuleOf(assembly.patientRule, assembly.patientProposal),
    patientProposal: assembly.patientProposal,
    columnRoles: reading.columnRoles,
    labelValues: reading.labelValues,
    findingCells: assembly.findingCells,
    unknownPolicy: unknownPolicyOf(request),
    join: reading.join,
    alternatives: reading.alternatives,
    questions: [...unreadQuestions(problems, request), ...reading.questions, ...followed.questions, ...late],
    givenSplits:
      request.splitFile !== undefined
        ? countSplits(followed.candidates)
        : reading.givenSplits
          ? countSplits(reading.rows)
          : null,
    problems: problems.sorted().slice(0, PROBLEMS_SHOWN),
    problemCounts: problems.counts(),
  };
}

/** The files of a study bundle, one after another, so that a large study is never whole in memory. */
import fs from 'node:fs';
import type { StudyFailures } from '../../analysis/mistakes/failures.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import { SIMILARITY_METHODS } from '../../../shared/similarity/similarity.ts';
import type { StudySpec } from '../../../shared/study/study.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { formatPredictions } from '../../runs/process/predictions-csv.ts';
import { runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { BUNDLE_FILES, BUNDLE_FORMAT, BUNDLE_SCHEMA, type BundleManifest, type BundleStudy } from './bundle-format.ts';
import { formatSplit } from './bundle-split.ts';
import type { ZipContent } from './bundle-zip.ts';
import type { FileContent } from '../reports/export-folder.ts';
import { comparableFailures } from '../mistakes/failure-analysis.ts';
import { requireDataset, requireDatasetDetail } from '../require.ts';

export interface BundleInput {
  store: Store;
  paths: LibraryPaths;
  study: StoredStudy;
  /** With names in place of this library's ids. */
  spec: StudySpec;
  results: StudyResults;
  failures: StudyFailures;
  report: readonly FileContent[];
  exportedAt: string;
  appVersion: string;
}

/** The manifest comes last, when the checksums of all others are known. */
export function* bundleContents(input: BundleInput): Generator<ZipContent, void, undefined> {
  const files: BundleManifest['files'] = [];
  for (const content of everyFile(input)) {
    files.push({ name: content.name, bytes: content.data.length, sha256: sha256Of(content.data) });
    yield content;
  }
  const checksums = encode(files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  yield { name: BUNDLE_FILES.checksums, data: checksums };
  files.push({ name: BUNDLE_FILES.checksums, bytes: checksums.length, sha256: sha256Of(checksums) });
  const manifest: BundleManifest = {
    format: BUNDLE_FORMAT,
    schema: BUNDLE_SCHEMA,
    exportedAt: input.exportedAt,
    app: { name: 'Transfusion Lab', version: input.appVersion },
    study: { id: input.study.id, name: input.study.name },
    files,
  };
  yield { name: BUNDLE_FILES.manifest, data: encodeJson(manifest) };
}

function* everyFile(input: BundleInput): Generator<ZipContent, void, undefined> {
  const { store, paths, study, results, report } = input;
  const runs = store.runs.listByStudy(study.id);
  yield { name: BUNDLE_FILES.readme, data: encode(readme(input)) };
  yield { name: BUNDLE_FILES.study, data: encodeJson(describe(input, runs)) };
  yield { name: BUNDLE_FILES.split, data: encode(formatSplit(store.datasets.images(study.datasetId))) };
  yield { name: BUNDLE_FILES.results, data: encodeJson(results) };
  const outputs = requireDataset(store, study.datasetId).target.outputs;
  for (const run of runs) {
    const folder = runFiles(paths.run(study.id, run.id));
    if (run.result !== null) {
      yield { name: BUNDLE_FILES.predictions(run.id), data: predictionsOf(store, run, outputs, folder.predictions) };
    }
    const metrics = readIfThere(folder.metrics);
    if (metrics !== null) yield { name: BUNDLE_FILES.metrics(run.id), data: metrics };
  }
  const margins = readIfThere(paths.margins(study.id));
  if (margins !== null) yield { name: BUNDLE_FILES.margins, data: margins };
  for (const method of SIMILARITY_METHODS) {
    const data = readIfThere(paths.similarity(study.id, method));
    if (data !== null) yield { name: BUNDLE_FILES.similarity(method), data };
  }
  for (const file of report) {
    const parts: Uint8Array[] = [];
    file.write((part) => parts.push(typeof part === 'string' ? encode(part) : part.slice()));
    yield { name: BUNDLE_FILES.report(file.name), data: Buffer.concat(parts) };
  }
}

/** The run's own file where it still is the one that its result vouches for; else the same rows from the library. */
function predictionsOf(store: Store, run: RunSummary, outputs: readonly string[], file: string): Uint8Array {
  const own = readIfThere(file);
  if (own !== null && sha256Of(own) === run.result?.predictionsSha256) return own;
  return encode(formatPredictions(outputs, store.predictions.list(run.id)));
}

function describe({ store, study, spec, failures }: BundleInput, runs: readonly RunSummary[]): BundleStudy {
  const dataset = requireDatasetDetail(store, study.datasetId);
  return {
    study: { id: study.id, name: study.name, createdAt: study.createdAt },
    spec,
    protocol: study.protocol,
    arms: study.arms,
    dataset: {
      id: dataset.id,
      name: dataset.name,
      layout: dataset.layout,
      layoutName: dataset.layoutName,
      modality: dataset.modality,
      synthetic: dataset.synthetic,
      createdAt: dataset.createdAt,
      patientRule: dataset.patientRule,
      patientIdKnown: dataset.patientIdKnown,
      picturesCompared: dataset.picturesCompared,
      target: dataset.target,
      splitConfig: dataset.splitConfig,
      unknownPolicy: dataset.unknownPolicy,
      contentHash: dataset.contentHash,
      flow: dataset.flow,
      problemCounts: dataset.problemCounts,
    },
    weights: study.bundle?.weights ?? store.studies.weights(study.id).flatMap((id) => store.weights.get(id) ?? []),
    runs: runs.map(({ id, armId, model, initLabel, trainSize, seed, state, attempts, error, result }) => ({
      ...{ id, armId, model, initLabel, trainSize, seed, state, attempts, error, result },
    })),
    answers: store.studies.answers(study.id),
    marks: failures.marks.map(({ imageId, reason, markedAt }) => ({ imageId, reason, markedAt })),
    failures: comparableFailures(failures),
  };
}

function readme({ study, exportedAt, appVersion }: BundleInput): string {
  return `Study bundle of Transfusion Lab
===============================

Study:     ${study.name}
Written:   ${exportedAt} by version ${appVersion}

Research use only. Not a medical device; not for diagnosis or treatment.

Open it read-only, with every table computed again from the predictions:
  in the app: Studies, Open a bundle
  command line: transfusion study open FILE.zip

  bundle.json               what is in this file, with SHA-256 of each part
  study.json                specification, resolved protocol, arms, data and weight hashes, seeds, runs, software versions
  split.csv                 each image by its opaque id and patient number, with its part of the split and its labels
  runs/RUN/predictions.csv  what the tested checkpoint of a run said of each validation and test image
  runs/RUN/metrics.jsonl    losses and validation AUCs during training
  margins.jsonl             margins that were declared before the test images were scored
  results.json              the results as they were computed when the bundle was written
  report/                   the report with its tables
  checksums.txt             for "sha256sum -c checksums.txt"

It holds no image, no file name, no path and no patient identifier. Ages are whole years of at most 90, sites are numbered.
Image ids and SHA-256 derive from the image files: whoever has the same files can match them.
`;
}

function readIfThere(file: string): Uint8Array | null {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const encode = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const encodeJson = (value: unknown): Uint8Array => encode(`${JSON.stringify(value, null, 2)}\n`);

/** A bundle's files as data: every checksum, id and number checked before the library takes anything of it. */
import type { z } from 'zod';
import { hasControls } from '../../../shared/words/control-characters.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { contentHash } from '../../datasets/manifest.ts';
import { parsePredictions } from '../../runs/process/predictions-csv.ts';
import type { ImageRecord } from '../../../shared/dataset/dataset-record.ts';
import {
  BUNDLE_FILES,
  BUNDLE_SCHEMA,
  bundleManifestSchema,
  bundleStudySchema,
  manifestHeadSchema,
  type BundleManifest,
  type BundleRun,
  type BundleStudy,
} from './bundle-format.ts';
import { parseSplit } from './bundle-split.ts';
import { refuseBundle, type BundleFiles } from './bundle-zip.ts';

export interface ReadBundle {
  manifest: BundleManifest;
  content: BundleStudy;
  images: ImageRecord[];
  /** Of every run with a result. */
  predictions: Map<string, Prediction[]>;
  files: BundleFiles;
  /** The results as they were stored. */
  results: unknown;
}

/**
 * @param step called before each run's predictions are read; may throw to stop
 * @throws AppError `bad-input` that says what is wrong with the bundle
 */
export async function readBundle(
  files: BundleFiles,
  step: (done: number, runs: number) => Promise<void> = async () => {},
): Promise<ReadBundle> {
  const manifest = readManifest(files);
  checkFiles(manifest, files);
  const content = readJson(files, BUNDLE_FILES.study, bundleStudySchema);
  if (content.study.id !== manifest.study.id) throw refuseBundle('bundle.json and study.json name different studies.');
  const { outputs, endpoints } = content.dataset.target;
  if (endpoints.some(({ positiveOutputs }) => positiveOutputs.some((output) => output >= outputs.length))) {
    throw refuseBundle('study.json names an output that the dataset does not have.');
  }
  const images = parseSplit(textOf(files, BUNDLE_FILES.split), outputs.length);
  if (contentHash(outputs, images) !== content.dataset.contentHash) {
    throw refuseBundle('the images of split.csv do not have the content hash of the dataset.');
  }
  checkRuns(content);
  const byId = new Map(images.map((image) => [image.id, image]));
  if (byId.size !== images.length) throw refuseBundle('split.csv names an image twice.');
  const predictions = new Map<string, Prediction[]>();
  if (content.marks.some(({ imageId }) => !byId.has(imageId))) {
    throw refuseBundle('study.json marks an image that split.csv does not have.');
  }
  for (const [index, run] of content.runs.entries()) {
    await step(index, content.runs.length);
    if (run.result !== null) predictions.set(run.id, predictionsOf(run, { files, outputs, byId }));
  }
  return { manifest, content, images, predictions, files, results: parseJson(textOf(files, BUNDLE_FILES.results)) };
}

const MAX_MANIFEST_BYTES = 2 ** 24;

function readManifest(files: BundleFiles): BundleManifest {
  const bytes = files.sizes.get(BUNDLE_FILES.manifest);
  if (bytes === undefined) throw refuseBundle('it holds no bundle.json; it is some other zip file.');
  if (bytes > MAX_MANIFEST_BYTES) throw refuseBundle('its bundle.json is larger than any that lists files.');
  const raw = parseJson(textOf(files, BUNDLE_FILES.manifest));
  const head = manifestHeadSchema.safeParse(raw);
  if (!head.success) throw refuseBundle('bundle.json does not say that it is a study bundle of Transfusion Lab.');
  if (head.data.schema > BUNDLE_SCHEMA) {
    throw refuseBundle(
      `it has schema ${head.data.schema}, this version reads schema ${BUNDLE_SCHEMA}.`,
      'Install the newer version of Transfusion Lab that wrote it.',
    );
  }
  return check(BUNDLE_FILES.manifest, bundleManifestSchema, raw);
}

function checkFiles(manifest: BundleManifest, files: BundleFiles): void {
  const listed = new Set<string>([BUNDLE_FILES.manifest]);
  for (const { name, bytes } of manifest.files) {
    const found = files.sizes.get(name);
    if (found === undefined) throw refuseBundle(`${shown(name)} is missing.`);
    if (found !== bytes) throw refuseBundle(`${shown(name)} was changed: its size is not the one in bundle.json.`);
    listed.add(name);
  }
  for (const name of files.sizes.keys()) {
    if (!listed.has(name)) throw refuseBundle(`${name} is not listed in bundle.json.`);
  }
  for (const { name, sha256 } of manifest.files) {
    if (sha256Of(files.read(name)) !== sha256) {
      throw refuseBundle(`${shown(name)} was changed: its SHA-256 is not the one in bundle.json.`);
    }
  }
}

/** A listed name that is in the zip file has been checked; others may be anything. */
const shown = (name: string): string => (/^[\w./-]{1,120}$/.test(name) ? name : 'a listed file');

function checkRuns({ arms, runs }: BundleStudy): void {
  const known = new Set(arms.map((arm) => arm.id));
  const seen = new Set<string>();
  for (const run of runs) {
    const cell = `${run.armId} ${run.seed}`;
    if (!known.has(run.armId)) throw refuseBundle('a run belongs to no arm of the study.');
    if (seen.has(run.id) || seen.has(cell)) throw refuseBundle('it names a run twice.');
    seen.add(run.id).add(cell);
  }
}

function predictionsOf(
  run: BundleRun,
  from: { files: BundleFiles; outputs: readonly string[]; byId: ReadonlyMap<string, ImageRecord> },
): Prediction[] {
  const name = BUNDLE_FILES.predictions(run.id);
  let rows: Prediction[];
  try {
    rows = parsePredictions(textOf(from.files, name), from.outputs);
  } catch (error) {
    const reason = error instanceof AppError ? error.message : 'it is no table.';
    throw refuseBundle(`${name} is missing or cannot be read: ${reason}`);
  }
  const seen = new Set<string>();
  for (const row of rows) {
    const image = from.byId.get(row.imageId);
    const fits =
      image !== undefined &&
      image.split === row.split &&
      image.patient === row.patient &&
      image.labels.join() === row.labels.join();
    if (!fits || seen.has(row.imageId)) throw refuseBundle(`${name} does not fit split.csv.`);
    seen.add(row.imageId);
  }
  return rows;
}

const textOf = (files: BundleFiles, name: string): string => files.read(name).toString('utf8');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refuseBundle('one of its JSON files cannot be read.');
  }
}

function readJson<S extends z.ZodType>(files: BundleFiles, name: string, schema: S): z.output<S> {
  const content = parseJson(textOf(files, name));
  checkTexts(name, content);
  return check(name, schema, content);
}

/** Answers to checklists are the longest texts of a study. */
const LONGEST_TEXT = 10_000;

/** Whatever stands in a bundle is shown somewhere. */
function checkTexts(file: string, value: unknown): void {
  if (typeof value === 'string') {
    if (value.length > LONGEST_TEXT)
      throw refuseBundle(`${file} holds a text of ${formatCount(value.length)} characters.`);
    if (hasControls(value.replace(/[\n\t]/g, ''))) throw refuseBundle(`${file} holds a text with control characters.`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      checkTexts(file, key);
      checkTexts(file, inner);
    }
  }
}

function check<S extends z.ZodType>(name: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuseBundle(`${name}, ${issue?.path.join('.') || 'whole'}: ${issue?.message ?? 'not valid'}`);
}

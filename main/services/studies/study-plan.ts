/** From a study's specification to what will be run: names resolved, everything checked that can be checked beforehand. */
import type { DatasetSummary, SplitCounts } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { usesWeightValues, weightsOf, type Init, type WeightSetSummary } from '../../../shared/study/models.ts';
import { prepareArms } from '../../../shared/study/preparation.ts';
import type { Normalisation, Protocol } from '../../../shared/study/protocol.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import {
  expandArms,
  mapInits,
  repeatedArm,
  resolveProtocol,
  specCombinations,
  specInits,
  specModels,
  type Arm,
  type StudySpec,
  type TrainSize,
} from '../../../shared/study/study.ts';
import { checkInitialisation } from '../../engine/inits/initialise.ts';
import type { TensorRecord } from '../../engine/tensors.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { describeModel } from '../../engine/models/catalogue.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { readWeightFile } from '../../runs/training/pretrained.ts';
import type { Store } from '../../store/open.ts';
import { SpecError, type SpecPath } from './spec-error.ts';
import { parseSpec } from './study-spec.ts';

export interface StudyPlan {
  /** As given, with the dataset by id and the weight sets by name. */
  spec: StudySpec;
  protocol: Protocol;
  arms: Arm[];
  dataset: DatasetSummary;
  splits: SplitCounts[];
  /** How the images of each of the `arms` are prepared. */
  preparations: ReadonlyMap<Arm, Normalisation>;
  /** The weight sets that the initialisations name, by name and by what was given. */
  weights: Map<string, WeightSetSummary>;
}

/**
 * @throws SpecError naming the field, what was expected and what was found; for weights that do not fit a model, the first
 * tensor that differs
 */
export function planStudy(input: unknown, { store, paths }: { store: Store; paths: LibraryPaths }): StudyPlan {
  const given = parseSpec(input);
  const dataset = findDataset(given, store);
  const weights = findWeights(given, store);
  const named = mapInits(given, (init) => withWeightsName(init, weights));
  const spec = { ...named, ...headOf(given, dataset), dataset: dataset.id };
  const protocol = resolveProtocol(spec);
  checkRepeats(spec);
  checkHead(protocol, dataset);
  checkSize(spec, protocol);
  const splits = store.datasets.splitCounts(dataset.id, dataset.target.outputs);
  checkSplits(spec, splits);
  checkFit({ spec, weights, paths });
  checkSeen(spec, store);
  const arms = expandArms(spec);
  const preparations = prepareArms(arms, { spec, protocol }, (reference) => weights.get(reference));
  return { spec, protocol, arms, preparations, dataset, splits, weights };
}

function findDataset(spec: StudySpec, store: Store): DatasetSummary {
  const found = store.datasets.find(spec.dataset);
  if (found !== null) return found;
  const names = store.datasets.list().map(({ name }) => `"${name}"`);
  throw new SpecError(
    ['dataset'],
    `expected the name or id of a dataset of this library, got "${spec.dataset}".`,
    names.length === 0 ? 'Import a folder first.' : `There is ${names.join(', ')}.`,
  );
}

/** Repeated values would train the same arm twice, and count it twice in every table. */
function checkRepeats(spec: StudySpec): void {
  for (const field of ['models', 'train_sizes', 'seeds', 'inits'] as const) checkEachOnce([field], spec[field]);
  spec.arms.forEach((arm, index) => checkEachOnce(['arms', index, 'train_sizes'], arm.train_sizes ?? []));
  const repeated = repeatedArm(spec);
  if (repeated === null) return;
  throw new SpecError(repeated.path, `expected each arm once, got ${repeated.armId} twice.`, 'Remove one of them.');
}

function checkEachOnce(path: SpecPath, values: readonly unknown[]): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    const text = JSON.stringify(value);
    if (seen.has(text)) {
      throw new SpecError([...path, index], `expected each value once, got ${text} twice.`, 'Remove one of them.');
    }
    seen.add(text);
  });
}

/** Exclusive classes are told apart by softmax unless the study says otherwise. */
function headOf({ head }: StudySpec, { target }: DatasetSummary): Pick<StudySpec, 'head'> {
  return head === undefined && target.kind === 'classes' ? { head: 'softmax' } : {};
}

/** A network that has learned from the images that it is to be compared on has an advantage that no other arm has. */
function checkSeen(spec: StudySpec, store: Store): void {
  if (spec.acceptSeenWeights === true) return;
  const seen = store.weights.trainedOn(spec.dataset);
  for (const { init, path } of specInits(spec)) {
    const name = weightsOf(init);
    if (name === null || !usesWeightValues(init) || !seen.includes(name)) continue;
    throw new SpecError(
      [...path, 'weights'],
      `expected weights that have not learned from this dataset, got "${name}", which was trained on images of it: the comparison would not be fair.`,
      'Choose other weights, or write acceptSeenWeights: true to compare all the same.',
    );
  }
}

function checkHead(protocol: Protocol, dataset: DatasetSummary): void {
  if (protocol.head !== 'softmax' || dataset.target.kind !== 'multilabel') return;
  throw new SpecError(
    ['head'],
    'expected sigmoid, since several findings may be present in one image of this dataset; got softmax.',
    'Remove the field, or write head: sigmoid.',
  );
}

function checkSize(spec: StudySpec, { size, batch }: Protocol): void {
  for (const model of specModels(spec)) {
    const { name, minimumSize } = describeModel(model, { outputs: 1, size, batch });
    if (size >= minimumSize) continue;
    throw new SpecError(['size'], `expected at least ${minimumSize} pixels for ${name}, got ${size}.`);
  }
}

function checkSplits(spec: StudySpec, splits: readonly SplitCounts[]): void {
  for (const { split, images } of splits) {
    if (images > 0) continue;
    throw new SpecError(
      ['dataset'],
      `expected images in the ${split} split, found none.`,
      'Import it with more patients.',
    );
  }
  const train = splits.find(({ split }) => split === 'train')?.images ?? 0;
  const check = (path: SpecPath, sizes: readonly TrainSize[]): void =>
    sizes.forEach((size, index) => {
      if (size === 'all' || size <= train) return;
      throw new SpecError(
        [...path, index],
        `expected at most the ${train} images of the training split, got ${size}.`,
        'Choose a smaller number, or all.',
      );
    });
  check(['train_sizes'], spec.train_sizes);
  spec.arms.forEach((arm, index) => check(['arms', index, 'train_sizes'], arm.train_sizes ?? []));
}

function findWeights(spec: StudySpec, store: Store): Map<string, WeightSetSummary> {
  const found = new Map<string, WeightSetSummary>();
  for (const { init, path } of specInits(spec)) {
    const name = weightsOf(init);
    if (name === null) continue;
    const set = store.weights.find(name);
    if (set === null) {
      const names = store.weights.list().map((other) => `"${other.name}"`);
      throw new SpecError(
        [...path, 'weights'],
        `expected the name or id of a weight set of this library, got "${name}".`,
        names.length === 0
          ? 'Register the weights of a finished run first (`weights from-run`).'
          : `There is ${names.join(', ')}.`,
      );
    }
    found.set(name, set);
    found.set(set.name, set);
  }
  return found;
}

/** Tables show names, however the set was given. */
function withWeightsName(init: Init, weights: ReadonlyMap<string, WeightSetSummary>): Init {
  const name = weightsOf(init);
  return name === null ? init : ({ ...init, weights: weights.get(name)?.name ?? name } as Init);
}

/** Every initialisation of every model, as far as it can fail. */
function checkFit(params: {
  spec: StudySpec;
  weights: ReadonlyMap<string, WeightSetSummary>;
  paths: LibraryPaths;
}): void {
  const { spec, weights, paths } = params;
  const read = new Map<string, TensorRecord[]>();
  for (const { model, init, path } of specCombinations(spec)) {
    const source = configuredWeights(init, weights, paths);
    try {
      if (source !== null && !read.has(source.id)) read.set(source.id, readWeightFile(source));
      const tensors = source === null ? undefined : read.get(source.id);
      checkInitialisation({
        model,
        init,
        pretrained: tensors === undefined ? null : nameTensors(model, tensors),
        source: weights.get(weightsOf(init) ?? '')?.model ?? null,
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new SpecError(path, error.message, error.action, error);
    }
  }
}

/** What `config.json` says about the weights of an initialisation. */
export function configuredWeights(
  init: Init,
  weights: ReadonlyMap<string, WeightSetSummary>,
  paths: LibraryPaths,
): RunConfig['weights'] {
  const name = weightsOf(init);
  const set = name === null ? undefined : weights.get(name);
  if (set === undefined) return null;
  return { id: set.id, name: set.name, file: paths.weightsFile(set.id), sha256: set.sha256 };
}

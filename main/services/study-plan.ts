/** From a study's specification to what will be run: names resolved, everything checked that can be checked beforehand. */
import type { DatasetSummary, SplitCounts } from '../../shared/dataset.ts';
import { AppError } from '../../shared/errors.ts';
import type { Init, WeightSetSummary } from '../../shared/models.ts';
import type { Protocol } from '../../shared/protocol.ts';
import type { RunConfig } from '../../shared/run.ts';
import { expandArms, resolveProtocol, type Arm, type StudySpec } from '../../shared/study.ts';
import { initialise } from '../engine/inits/initialise.ts';
import type { LibraryPaths } from '../platform/library-paths.ts';
import { readPretrained } from '../runs/pretrained.ts';
import type { Store } from '../store/open.ts';
import { SpecError } from './study-errors.ts';
import { parseSpec } from './study-spec.ts';

export interface StudyPlan {
  /** As given, with the dataset by id and the weight sets by name. */
  spec: StudySpec;
  protocol: Protocol;
  arms: Arm[];
  dataset: DatasetSummary;
  splits: SplitCounts[];
  /** The weight sets that the initialisations name, by name and by what was given. */
  weights: Map<string, WeightSetSummary>;
}

export interface PlanDeps {
  store: Store;
  paths: LibraryPaths;
}

/**
 * @throws SpecError naming the field, what was expected and what was found; for weights that do not fit a model, the first
 * tensor that differs
 */
export function planStudy(input: unknown, { store, paths }: PlanDeps): StudyPlan {
  const given = parseSpec(input);
  const dataset = findDataset(given, store);
  const protocol = resolveProtocol(given);
  const weights = findWeights(given, protocol, store);
  const spec = { ...given, dataset: dataset.id, inits: given.inits.map((init) => withWeightsName(init, weights)) };
  checkGrid(spec);
  checkHead(protocol, dataset);
  const splits = store.datasets.splitCounts(dataset.id, dataset.target.outputs);
  checkSplits(spec, splits);
  checkFit({ spec, dataset, weights, paths });
  return { spec, protocol, arms: expandArms(spec), dataset, splits, weights };
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

function checkGrid(spec: StudySpec): void {
  for (const field of ['models', 'train_sizes', 'seeds', 'inits'] as const) {
    const seen = new Set<string>();
    spec[field].forEach((value, index) => {
      const text = JSON.stringify(value);
      if (seen.has(text)) {
        throw new SpecError([field, index], `expected each value once, got ${text} twice.`, 'Remove one of them.');
      }
      seen.add(text);
    });
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
  spec.train_sizes.forEach((size, index) => {
    if (size === 'all' || size <= train) return;
    throw new SpecError(
      ['train_sizes', index],
      `expected at most the ${train} images of the training split, got ${size}.`,
      'Choose a smaller number, or all.',
    );
  });
}

function findWeights(spec: StudySpec, protocol: Protocol, store: Store): Map<string, WeightSetSummary> {
  const found = new Map<string, WeightSetSummary>();
  spec.inits.forEach((init, index) => {
    const name = weightsOf(init);
    if (name === null) return;
    const set = store.weights.find(name);
    if (set === null) {
      const names = store.weights.list().map((other) => `"${other.name}"`);
      throw new SpecError(
        ['inits', index, 'weights'],
        `expected the name or id of a weight set of this library, got "${name}".`,
        names.length === 0
          ? 'Register the weights of a finished run first (`weights from-run`).'
          : `There is ${names.join(', ')}.`,
      );
    }
    const copies = init.kind === 'transfer' || init.kind === 'transfusion';
    if (copies && set.normalisation !== protocol.normalisation) {
      throw new SpecError(
        ['normalisation'],
        `expected ${set.normalisation}, with which the weights "${set.name}" were trained, got ${protocol.normalisation}.`,
        `Write normalisation: ${set.normalisation}.`,
      );
    }
    found.set(name, set);
    found.set(set.name, set);
  });
  return found;
}

/** Tables show names, however the set was given. */
function withWeightsName(init: Init, weights: ReadonlyMap<string, WeightSetSummary>): Init {
  const name = weightsOf(init);
  return name === null ? init : ({ ...init, weights: weights.get(name)?.name ?? name } as Init);
}

/** The name of the weight set that an initialisation starts from, null where it needs none. */
export function weightsOf(init: Init): string | null {
  return 'weights' in init && init.weights !== undefined ? init.weights : null;
}

/** Makes every non-random initialisation once, as a run would. */
function checkFit(params: {
  spec: StudySpec;
  dataset: DatasetSummary;
  weights: ReadonlyMap<string, WeightSetSummary>;
  paths: LibraryPaths;
}): void {
  const { spec, dataset, weights, paths } = params;
  const outputs = dataset.target.outputs.length;
  for (const model of spec.models) {
    spec.inits.forEach((init, index) => {
      if (init.kind === 'random') return;
      const source = configuredWeights(init, weights, paths);
      try {
        const pretrained = source === null ? null : readPretrained(source, model);
        initialise({ model, outputs, init, seed: 0, pretrained });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        throw new SpecError(['inits', index], error.message, error.action, error);
      }
    });
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

/** Every pair of networks on every draw, stage by stage. What the networks answer waits on the disk, not in memory. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import type { LinearAlgebra } from '../../platform/linear-algebra.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { SimilarityMethod, StageSampling } from '../../../shared/similarity/similarity.ts';
import { ccaOfCovariance, jointCovariance } from '../../analysis/cca/coefficients.ts';
import { svccaOfCovariance } from '../../analysis/cca/svcca.ts';
import { createLinearAlgebra } from '../../engine/linalg/linear-algebra.ts';
import { MODELS } from '../../engine/models/catalogue.ts';
import {
  assertSameSample,
  collectActivations,
  type StageActivations,
} from '../../engine/representations/activations.ts';
import { drawImages, planSampling, type Draw } from '../../engine/representations/sampling.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import type { TestImages } from './similarity-images.ts';
import type { TaskStep } from '../run-task.ts';
import type { NetworkWork, SimilarityFound, SimilarityWork } from './similarity.ts';

/** Running a network on its images takes longer than one comparison; for the progress only. */
const NETWORK_UNITS = 10;

export function* compareNetworks(
  work: SimilarityWork,
  images: TestImages,
): Generator<TaskStep<SimilarityFound>, void, undefined> {
  const { settings, networks, pairs } = work;
  const algebra = createLinearAlgebra();
  const plans = planModels(work, images.indices.length);
  const models = [...plans].map(([model, stages]) => ({ model, stages }));
  yield { found: { images: images.indices.length, models } };
  const total = settings.repeats * (networks.length * NETWORK_UNITS + pairs.length);
  let done = 0;
  for (let repeat = 0; repeat < settings.repeats; repeat++) {
    const draw: Draw = { seed: settings.seed, repeat };
    const stored = new Map<string, StoredActivations>();
    for (const network of networks) {
      const plan = plans.get(network.model) as StageSampling[];
      stored.set(network.key, store(work.scratchFolder, network.key, answers(network, { work, images, plan, draw })));
      yield { done: (done += NETWORK_UNITS), total };
    }
    for (const [a, b] of pairs) {
      yield* comparePair({ algebra, method: settings.method, pair: [a, b], repeat, stored });
      yield { done: ++done, total };
    }
    for (const { file } of stored.values()) fs.rmSync(file);
  }
}

function planModels({ networks, size, settings }: SimilarityWork, available: number): Map<ModelId, StageSampling[]> {
  const models = [...new Set(networks.map(({ model }) => model))];
  return new Map(
    models.map((model) => {
      const { stages } = MODELS[model];
      const graph = MODELS[model].graph(1);
      const { patches, neurons } = settings;
      return [model, planSampling({ graph, stages, size, available, patches, neurons })];
    }),
  );
}

function answers(
  { model, file, normalisation }: NetworkWork,
  params: { work: SimilarityWork; images: TestImages; plan: StageSampling[]; draw: Draw },
): StageActivations[] {
  const { work, images, plan, draw } = params;
  const count = Math.max(...plan.map((stage) => stage.images));
  const drawn = drawImages(draw, count, images.indices.length).map((position) => images.indices[position] as number);
  return collectActivations({
    model,
    tensors: nameTensors(model, readSafetensors(file).tensors),
    size: work.size,
    images: drawn.map((index) => images.id(index)),
    readImage: (position, out, offset) => images.read(drawn[position] as number, normalisation, out, offset),
    plan,
    draw,
  });
}

interface StoredActivations {
  file: string;
  stages: { sampling: StageSampling; sample: string; offset: number }[];
}

function store(folder: string, key: string, activations: readonly StageActivations[]): StoredActivations {
  const file = path.join(folder, `${key}.f32`);
  const handle = fs.openSync(file, 'w');
  let offset = 0;
  try {
    const stages = activations.map(({ sampling, sample, activations: { values } }) => {
      const from = offset;
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      for (let at = 0; at < bytes.length;) at += fs.writeSync(handle, bytes, at, bytes.length - at);
      offset += bytes.length;
      return { sampling, sample, offset: from };
    });
    return { file, stages };
  } finally {
    fs.closeSync(handle);
  }
}

function load({ file }: StoredActivations, stage: StoredActivations['stages'][number]): StageActivations {
  const { neurons, datapoints } = stage.sampling;
  const values = new Float32Array(neurons * datapoints);
  const bytes = Buffer.from(values.buffer);
  const handle = fs.openSync(file, 'r');
  try {
    const read = fs.readSync(handle, bytes, 0, bytes.length, stage.offset);
    if (read !== bytes.length) throw new AppError('io', 'Stored activations could not be read back.');
  } finally {
    fs.closeSync(handle);
  }
  return { sampling: stage.sampling, sample: stage.sample, activations: { neurons, datapoints, values } };
}

function* comparePair(params: {
  algebra: LinearAlgebra;
  method: SimilarityMethod;
  pair: [string, string];
  repeat: number;
  stored: ReadonlyMap<string, StoredActivations>;
}): Generator<TaskStep<SimilarityFound>, void, undefined> {
  const { algebra, method, pair, repeat, stored } = params;
  const [a, b] = pair.map((key) => stored.get(key));
  if (a === undefined || b === undefined || a.stages.length !== b.stages.length) {
    throw new AppError('internal', 'Expected two networks of one model to compare, got others.');
  }
  for (const [index, stage] of a.stages.entries()) {
    const left = load(a, stage);
    const right = load(b, b.stages[index] as StoredActivations['stages'][number]);
    assertSameSample(left, right);
    const covariance = jointCovariance(algebra, left.activations, right.activations);
    const { mean, meanThresholded } =
      method === 'cca' ? ccaOfCovariance(algebra, covariance) : svccaOfCovariance(algebra, covariance);
    yield { found: { pair, repeat, stage: stage.sampling.stage, mean, thresholded: meanThresholded } };
  }
}

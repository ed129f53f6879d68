/** The initialisation schemes of the paper: which tensors start from what. Pure; no TensorFlow. */
import { AppError } from '../../../shared/errors.ts';
import type { Init, ModelId, Provenance } from '../../../shared/models.ts';
import { RandomStream } from '../../../shared/random.ts';
import { HEAD_STAGE, parameterSpecs, type ParameterSpec } from '../graph/definition.ts';
import type { ModelDefinition } from '../models/cbr.ts';
import { MODELS } from '../models/catalogue.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import { gaborFirstLayer } from './gabor.ts';
import { randomValues } from './random.ts';
import { moments, resample } from './statistics.ts';

export interface Initialised {
  /** In the model's order. */
  tensors: NamedTensor[];
  /** By tensor name. `random` includes the neutral values of batch norm and biases. */
  provenance: Record<string, Provenance>;
}

interface Start {
  values: Float32Array;
  provenance: Provenance;
}

/**
 * Initial tensors of a model. `pretrained` is the weight set that `init` names (null where it names none); its own head is
 * ignored: the head is always random. The same seed gives the same tensors, on every machine.
 * @throws AppError `bad-input` where weights are missing, `upto` names no stage, or model and weights do not fit (with the
 * first tensor that differs); `unsupported` where Gabor kernels do not fit the first layer.
 */
export function initialise({
  model,
  outputs,
  init,
  seed,
  pretrained,
}: {
  model: ModelId;
  outputs: number;
  init: Init;
  seed: number;
  pretrained: readonly NamedTensor[] | null;
}): Initialised {
  const definition = MODELS[model];
  const specs = parameterSpecs(definition.graph(outputs));
  const start = startFor({ definition, specs, init, seed, pretrained });
  const tensors: NamedTensor[] = [];
  const provenance: Record<string, Provenance> = {};
  for (const spec of specs) {
    const { values, provenance: origin } = spec.stage === HEAD_STAGE ? randomStart(spec, seed) : start(spec);
    tensors.push({ name: spec.name, role: spec.role, stage: spec.stage, shape: [...spec.shape], values });
    provenance[spec.name] = origin;
  }
  return { tensors, provenance };
}

const randomStart = (spec: ParameterSpec, seed: number): Start => ({
  values: randomValues(spec, seed),
  provenance: 'random',
});

function startFor({
  definition,
  specs,
  init,
  seed,
  pretrained,
}: {
  definition: ModelDefinition;
  specs: readonly ParameterSpec[];
  init: Init;
  seed: number;
  pretrained: readonly NamedTensor[] | null;
}): (spec: ParameterSpec) => Start {
  const random = (spec: ParameterSpec) => randomStart(spec, seed);
  const copied = (source: Map<string, NamedTensor>, spec: ParameterSpec): Start => ({
    values: (source.get(spec.name) as NamedTensor).values.slice(),
    provenance: 'copied',
  });
  const body = specs.filter(({ stage }) => stage !== HEAD_STAGE);
  switch (init.kind) {
    case 'random':
      return random;
    case 'transfer': {
      const source = fitting({ definition, wanted: body, pretrained, whole: true });
      return (spec) => copied(source, spec);
    }
    case 'mean-var': {
      const source = fitting({ definition, wanted: body, pretrained, whole: true });
      const resampled = (spec: ParameterSpec): Start => ({
        values: resample(
          (source.get(spec.name) as NamedTensor).values,
          new RandomStream(seed, 'init', 'mean-var', spec.name),
          { positive: spec.role === 'moving_variance' },
        ),
        provenance: 'resampled',
      });
      return (spec) => {
        if (spec.layerKind !== 'batch-norm' || init.bn === 'imagenet-mean-var') return resampled(spec);
        return init.bn === 'identity' ? random(spec) : copied(source, spec);
      };
    }
    case 'transfusion': {
      const last = definition.stages.indexOf(init.upto);
      if (last < 0) {
        throw new AppError('bad-input', `Expected a stage of ${definition.name} in "upto", got "${init.upto}".`, {
          action: `Use one of ${definition.stages.join(', ')}.`,
        });
      }
      const stages = new Set(definition.stages.slice(0, last + 1));
      const source = fitting({
        definition,
        wanted: body.filter(({ stage }) => stages.has(stage)),
        pretrained,
        whole: false,
      });
      return (spec) => (stages.has(spec.stage) ? copied(source, spec) : random(spec));
    }
    case 'gabor': {
      const first = specs[0] as ParameterSpec;
      const like = init.weights === undefined ? randomValues(first, seed) : firstKernel(first, pretrained);
      return (spec) =>
        spec === first
          ? { values: gaborFirstLayer(spec.shape, moments(like).sd), provenance: 'synthetic' }
          : random(spec);
    }
  }
}

/** Tensors by name, once every wanted one is there in its shape; `whole`: and, heads aside, no other one is. */
function fitting({
  definition,
  wanted,
  pretrained,
  whole,
}: {
  definition: ModelDefinition;
  wanted: readonly ParameterSpec[];
  pretrained: readonly NamedTensor[] | null;
  whole: boolean;
}): Map<string, NamedTensor> {
  const source = new Map(need(pretrained).map((tensor) => [tensor.name, tensor]));
  const misfit = (message: string) =>
    new AppError('bad-input', `The weights do not fit ${definition.name}: ${message}.`, {
      action: 'Choose weights that were trained with the same model, or another model for this initialisation.',
    });
  for (const { name, shape } of wanted) {
    const tensor = source.get(name);
    if (!tensor) throw misfit(`expected tensor "${name}" (${formatShape(shape)}), found none of that name`);
    if (formatShape(tensor.shape) !== formatShape(shape) || tensor.values.length !== elementCount(shape)) {
      throw misfit(`expected tensor "${name}" to be ${formatShape(shape)}, found ${formatShape(tensor.shape)}`);
    }
    if (!tensor.values.every(Number.isFinite)) {
      throw misfit(`expected finite numbers in tensor "${name}", found some that are not`);
    }
  }
  if (whole) {
    const names = new Set(wanted.map(({ name }) => name));
    const extra = [...source.values()].find(({ name, stage }) => stage !== HEAD_STAGE && !names.has(name));
    if (extra) throw misfit(`expected no tensor "${extra.name}", found one (${formatShape(extra.shape)})`);
  }
  return source;
}

function firstKernel(first: ParameterSpec, pretrained: readonly NamedTensor[] | null): Float32Array {
  const tensor = need(pretrained).find(({ name }) => name === first.name);
  if (!tensor) {
    throw new AppError(
      'bad-input',
      `Expected tensor "${first.name}" in the weights that Gabor kernels are scaled to, found none.`,
      {
        action: 'Choose weights of a CBR model, or Gabor without weights.',
      },
    );
  }
  return tensor.values;
}

function need(pretrained: readonly NamedTensor[] | null): readonly NamedTensor[] {
  if (pretrained) return pretrained;
  throw new AppError('bad-input', 'Expected a weight set for this initialisation, got none.', {
    action: 'Name a weight set of the library; `weights list` shows them.',
  });
}

/** The initialisation schemes of the paper: which tensors start from what. Pure; no TensorFlow. */
import { AppError } from '../../../shared/system/errors.ts';
import { usesWeightValues, type Init, type ModelId, type Provenance } from '../../../shared/study/models.ts';
import { HEAD_STAGE, parameterSpecs } from '../graph/definition.ts';
import { MODELS } from '../models/catalogue.ts';
import type { NamedTensor } from '../tensors.ts';
import { gaborScheme } from './gabor-scheme.ts';
import { randomStart, type Scheme, type SchemeContext } from './scheme.ts';
import { singleWeightsScheme } from './single-weights.ts';
import { frozenStages } from './stages.ts';
import { transferScheme, transfusionScheme } from './transfer.ts';

export interface Initialised {
  /** In the model's order. */
  tensors: NamedTensor[];
  /** By tensor name. `random` includes the neutral values of batch norm and biases. */
  provenance: Record<string, Provenance>;
  /** Stages that training leaves as they are, from the image up. */
  frozenStages: string[];
}

/**
 * Initial tensors of a model. `pretrained` is the weight set that `init` names (null where it names none); its own head is
 * ignored: the head is always random. The same seed gives the same tensors, on every machine.
 * @throws AppError `bad-input` where weights are missing, `upto` or `freeze` names no stage, or model and weights do not fit
 * (with the first tensor that differs); `unsupported` where Gabor kernels do not fit the first layer.
 */
export function initialise(params: {
  model: ModelId;
  outputs: number;
  init: Init;
  seed: number;
  pretrained: readonly NamedTensor[] | null;
}): Initialised {
  const { model, outputs, init, seed, pretrained } = params;
  const definition = MODELS[model];
  const specs = parameterSpecs(definition.graph(outputs));
  const frozen = frozenStages(model, init);
  const body = specs.filter(({ stage }) => stage !== HEAD_STAGE);
  const start = schemeOf(init, { definition, body, seed, pretrained });
  const tensors: NamedTensor[] = [];
  const provenance: Record<string, Provenance> = {};
  for (const spec of specs) {
    const { values, provenance: origin } = spec.stage === HEAD_STAGE ? randomStart(spec, seed) : start(spec);
    tensors.push({ name: spec.name, role: spec.role, stage: spec.stage, shape: [...spec.shape], values });
    provenance[spec.name] = origin;
  }
  return { tensors, provenance, frozenStages: frozen };
}

/**
 * Whether {@link initialise} could be done with the weights of the model `source`, without drawing any value.
 * @throws AppError as it does, and `bad-input` where the tensors fit but belong to another network.
 */
export function checkInitialisation(params: {
  model: ModelId;
  init: Init;
  pretrained: readonly NamedTensor[] | null;
  source: ModelId | null;
}): void {
  const { model, init, pretrained, source } = params;
  const definition = MODELS[model];
  frozenStages(model, init);
  // The number of outputs is the head's alone, which no initialisation takes from anywhere.
  const body = parameterSpecs(definition.graph(1)).filter(({ stage }) => stage !== HEAD_STAGE);
  schemeOf(init, { definition, body, seed: 0, pretrained });
  if (source === null || source === model || !usesWeightValues(init)) return;
  // Of the base model, what fits is the same; `fittingWeights` has seen that it does.
  if (init.kind === 'transfusion' && source === definition.base) return;
  const found = MODELS[source].name;
  throw new AppError('bad-input', `Expected weights of ${definition.name}, found those of ${found}: another network.`, {
    action: `Choose the model ${found} for these weights, or other weights.`,
  });
}

function schemeOf(init: Init, context: SchemeContext): Scheme {
  switch (init.kind) {
    case 'random':
      return (spec) => randomStart(spec, context.seed);
    case 'transfer':
      return transferScheme(context);
    case 'mean-var':
    case 'sampling':
    case 'shuffled':
      return singleWeightsScheme(context, init.kind, init.bn);
    case 'transfusion':
      return transfusionScheme(context, init.upto);
    case 'gabor':
      return gaborScheme(context, init.weights !== undefined);
  }
}

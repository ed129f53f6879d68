/** Synthetic Gabor filters in the first layer, the rest random (Appendix F.3 of the paper). */
import { AppError } from '../../../shared/system/errors.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import { formatShape } from '../tensors.ts';
import { needWeights } from './fitting.ts';
import { gaborFirstLayer } from './gabor.ts';
import { randomValues } from './random.ts';
import { randomStart, type Scheme, type SchemeContext } from './scheme.ts';
import { moments } from './statistics.ts';

/** `scaled`: to the spread of the first kernel of the weights, else to that of a random one. */
export function gaborScheme(context: SchemeContext, scaled: boolean): Scheme {
  const first = context.body[0] as ParameterSpec;
  const like = scaled ? firstKernel(first, context) : randomValues(first, context.seed);
  const values = gaborFirstLayer(first.shape, moments(like).sd);
  return (spec) => (spec === first ? { values, provenance: 'synthetic' } : randomStart(spec, context.seed));
}

function firstKernel(first: ParameterSpec, { definition, pretrained }: SchemeContext): Float32Array {
  const tensor = needWeights(pretrained).find(({ name }) => name === first.name);
  if (tensor?.shape.length === 4) return tensor.values;
  throw new AppError(
    'bad-input',
    `Expected tensor "${first.name}" in the weights that Gabor kernels are scaled to, found ${tensor ? formatShape(tensor.shape) : 'none'}.`,
    { action: `Choose weights of ${definition.name}, or Gabor without weights.` },
  );
}

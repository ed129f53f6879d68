/** Schemes that keep the numbers of a pretrained tensor, or their moments, and none of its structure (Section 4.2, Appendix F.1). */
import type { BnOption } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import type { NamedTensor } from '../tensors.ts';
import { fittingWeights } from './fitting.ts';
import { copiedStart, randomStart, type Scheme, type SchemeContext, type Start } from './scheme.ts';
import { resample, sampleFrom, shuffled } from './statistics.ts';

export type SingleWeightsKind = 'mean-var' | 'sampling' | 'shuffled';

/**
 * Convolutions (kernels and biases) by the rule of `kind`; batch norm by `option`: the identity, normal with the mean and
 * variance of the pretrained parameters, or those themselves. Each tensor has a stream of its own.
 */
export function singleWeightsScheme(context: SchemeContext, kind: SingleWeightsKind, option: BnOption): Scheme {
  const source = fittingWeights(context, context.body, { whole: true });
  const valuesOf = ({ name }: ParameterSpec): Float32Array => (source.get(name) as NamedTensor).values;
  const stream = (rule: SingleWeightsKind, { name }: ParameterSpec) =>
    new RandomStream(context.seed, 'init', rule, name);
  const moments = (spec: ParameterSpec): Start => ({
    values: resample(valuesOf(spec), stream('mean-var', spec), { positive: spec.role === 'moving_variance' }),
    provenance: 'resampled',
  });
  const rule = (spec: ParameterSpec): Start => {
    if (kind === 'mean-var') return moments(spec);
    if (kind === 'sampling') {
      return { values: sampleFrom(valuesOf(spec), stream(kind, spec)), provenance: 'resampled' };
    }
    return { values: shuffled(valuesOf(spec), stream(kind, spec)), provenance: 'shuffled' };
  };
  return (spec) => {
    if (spec.layerKind !== 'batch-norm') return rule(spec);
    if (option === 'imagenet-mean-var') return moments(spec);
    return option === 'identity' ? randomStart(spec, context.seed) : copiedStart(source, spec);
  };
}

/** Pretrained weights as they are: in the whole network, or in its first stages only (Section 5 of the paper, "transfusion"). */
import { randomStart, copiedStart, type Scheme, type SchemeContext } from './scheme.ts';
import { fittingWeights } from './fitting.ts';
import { stagesUpTo } from './stages.ts';

export function transferScheme(context: SchemeContext): Scheme {
  const source = fittingWeights(context, context.body, { whole: true });
  return (spec) => copiedStart(source, spec);
}

/**
 * The stages up to and including `upto`; only these have to fit, so that the weights of a model serve its slim variant as far as
 * their tensors are equal (the hybrids of Section 5.2).
 */
export function transfusionScheme(context: SchemeContext, upto: string): Scheme {
  const stages = new Set(stagesUpTo(context.definition, upto, 'upto'));
  const wanted = context.body.filter(({ stage }) => stages.has(stage));
  const source = fittingWeights(context, wanted, { whole: false });
  return (spec) => (stages.has(spec.stage) ? copiedStart(source, spec) : randomStart(spec, context.seed));
}

/** How many images of a part an endpoint calls positive and negative, from the counts of its outputs. Pure. */
import type { Endpoint, OutputCounts } from './dataset.ts';
import { knownOf } from './dataset-words.ts';

/**
 * Of one output as counted; of several that exclude each other (grades, classes) positives are added up, and every known label
 * that is no positive is a negative. Null where `outputs` has no counts of the endpoint.
 */
export function endpointCounts(
  { positiveOutputs }: Pick<Endpoint, 'positiveOutputs'>,
  outputs: readonly OutputCounts[],
): Pick<OutputCounts, 'positive' | 'negative'> | null {
  const counts = positiveOutputs.flatMap((output) => outputs[output] ?? []);
  const [first] = counts;
  if (first === undefined) return null;
  const positive = counts.reduce((sum, each) => sum + each.positive, 0);
  return { positive, negative: knownOf(first) - positive };
}

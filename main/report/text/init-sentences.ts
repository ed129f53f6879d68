/** What the initialisations of a study mean for its images: how they are prepared, and what frozen stages see. */
import {
  freezeOf,
  initLabel,
  normalisationOf,
  weightsOf,
  type Init,
  type WeightSetSummary,
} from '../../../shared/study/models.ts';
import type { Normalisation, Protocol } from '../../../shared/study/protocol.ts';
import { describeNormalisation, joinWords } from './phrases.ts';

export type NormalisingWeights = Pick<WeightSetSummary, 'id' | 'name' | 'normalisation'>;

/** How pixel values were prepared: one clause where all arms agree, else which arms saw what, and why. */
export function describePreparation(
  inits: readonly Init[],
  protocol: Pick<Protocol, 'normalisation'>,
  weights: readonly NormalisingWeights[],
): string {
  const groups = Map.groupBy(inits, (init) => preparationOf(init, protocol.normalisation, weights));
  const [only, ...others] = groups.keys();
  if (others.length === 0) return `${describeNormalisation(only ?? protocol.normalisation)}.`;
  const own = groups.get(protocol.normalisation);
  const told = [...groups].filter(([normalisation]) => normalisation !== protocol.normalisation);
  return [
    ...(own === undefined ? [] : [`${describeNormalisation(protocol.normalisation)} (${labels(own)})`]),
    ...told.map(([normalisation, members]) => `${describeNormalisation(normalisation)} (${labels(members)})`),
  ]
    .join('; ')
    .concat('. A network that starts from values of a weight set sees images prepared as that set expects.');
}

function preparationOf(init: Init, study: Normalisation, weights: readonly NormalisingWeights[]): Normalisation {
  const name = weightsOf(init);
  const set = weights.find(({ id, name: other }) => id === name || other === name);
  return normalisationOf(init, study, set);
}

const labels = (inits: readonly Init[]): string => joinWords([...new Set(inits.map(initLabel))]);

/** What is different where stages are frozen; empty where none are. */
export function frozenSentence(inits: readonly Init[], { augmentFrozen }: Pick<Protocol, 'augmentFrozen'>): string {
  if (inits.every((init) => freezeOf(init) === null)) return '';
  return augmentFrozen
    ? 'Frozen stages received no update; their images were augmented like all others.'
    : 'Frozen stages received no update; arms with frozen stages were trained on images without augmentation, whose activations at the end of the frozen stages were computed once.';
}

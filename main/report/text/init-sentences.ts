/** What the initialisations of a study mean for its images: how they are prepared, and what frozen stages see. */
import { freezeOf, MODEL_NAMES, type Init, type WeightSetSummary } from '../../../shared/study/models.ts';
import { prepareArms } from '../../../shared/study/preparation.ts';
import { expandArms, type Arm, type StudySpec } from '../../../shared/study/study.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { describeNormalisation, joinWords } from './phrases.ts';

export type NormalisingWeights = Pick<WeightSetSummary, 'id' | 'name' | 'normalisation'>;

/** How pixel values were prepared: one clause where all arms agree, else which arms saw what, and why. */
export function describePreparation(
  spec: StudySpec,
  protocol: Pick<Protocol, 'normalisation'>,
  weights: readonly NormalisingWeights[],
): string {
  const arms = expandArms(spec);
  const find = (reference: string) => weights.find(({ id, name }) => id === reference || name === reference);
  const prepared = prepareArms(arms, { spec, protocol }, find);
  const groups = Map.groupBy(prepared, ([, normalisation]) => normalisation);
  const [only, ...others] = groups.keys();
  if (others.length === 0) return `${describeNormalisation(only ?? protocol.normalisation)}.`;
  const models = new Set(arms.map(({ model }) => model));
  const nameOf = ({ model, initLabel }: Arm): string =>
    models.size > 1 ? `${MODEL_NAMES[model]}, ${initLabel}` : initLabel;
  const clauses = [...groups].map(([normalisation, members]) => {
    const names = new Set(members.map(([arm]) => nameOf(arm)));
    return `${describeNormalisation(normalisation)} (${joinWords([...names])})`;
  });
  // As many pairs as models: the arms of each see the same.
  const mixed =
    new Set([...prepared].map(([{ model }, normalisation]) => `${model} ${normalisation}`)).size > models.size;
  const confounded = mixed ? ' Arms of one model that see differently prepared images differ in that too.' : '';
  return `${clauses.join('; ')}. A network that starts from values of a weight set sees images prepared as that set expects.${confounded}`;
}

/** What is different where stages are frozen; empty where none are. */
export function frozenSentence(inits: readonly Init[], { augmentFrozen }: Pick<Protocol, 'augmentFrozen'>): string {
  if (inits.every((init) => freezeOf(init) === null)) return '';
  return augmentFrozen
    ? 'Frozen stages received no update; their images were augmented like all others.'
    : 'Frozen stages received no update; arms with frozen stages were trained on images without augmentation, whose activations at the end of the frozen stages were computed once.';
}

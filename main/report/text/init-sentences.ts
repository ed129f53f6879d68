/** What the initialisations of a study mean for its images: how they are prepared, and what frozen stages see. */
import { freezeOf, MODEL_NAMES, type Init, type WeightSetSummary } from '../../../shared/study/models.ts';
import { prepareArms } from '../../../shared/study/preparation.ts';
import { expandArms, type Arm, type StudySpec } from '../../../shared/study/study.ts';
import type { Normalisation, Protocol } from '../../../shared/study/protocol.ts';
import { describeNormalisation, joinWords } from './phrases.ts';

export type NormalisingWeights = Pick<WeightSetSummary, 'id' | 'name' | 'normalisation'>;

/** How pixel values were prepared: one clause where all arms agree, else which arms saw what, and why. */
export function describePreparation(
  spec: StudySpec,
  protocol: Pick<Protocol, 'normalisation'>,
  weights: readonly NormalisingWeights[],
): string {
  const arms = expandArms(spec);
  const own = { normalisation: protocol.normalisation, named: spec.normalisation !== undefined };
  const prepared = prepareArms(arms, own, (name) => weights.find((set) => set.id === name || set.name === name));
  const groups = Map.groupBy(arms, (arm) => prepared[arms.indexOf(arm)] as Normalisation);
  const [only, ...others] = groups.keys();
  if (others.length === 0) return `${describeNormalisation(only ?? protocol.normalisation)}.`;
  const models = new Set(arms.map(({ model }) => model)).size > 1;
  const nameOf = ({ model, initLabel }: Arm): string => (models ? `${MODEL_NAMES[model]}, ${initLabel}` : initLabel);
  const clauses = [...groups].map(
    ([normalisation, members]) =>
      `${describeNormalisation(normalisation)} (${joinWords([...new Set(members.map(nameOf))])})`,
  );
  const mixed = [...Map.groupBy(arms, ({ model }) => model).values()].some(
    (own) => new Set(own.map((arm) => prepared[arms.indexOf(arm)])).size > 1,
  );
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

/** How the images of each arm are prepared. Arms of one model are compared, so they should see the same images. Pure. */
import { usesWeightValues, weightsOf, type Init, type ModelId, type WeightSetSummary } from './models.ts';
import type { Normalisation } from './protocol.ts';

type PreparedArm = Readonly<{ model: ModelId; init: Init }>;

/**
 * A network that starts from values of a weight set sees images prepared as that set expects. The other arms of its model (random, Gabor)
 * see the same, so that the comparison is one of initialisations alone, unless the study names a preparation itself or the sets of the
 * model expect different ones: then they see the study's own.
 * @param study `named`: the study file says it, rather than the protocol
 * @param find the set that an initialisation names
 * @returns one for each arm, in their order
 */
export function prepareArms(
  arms: readonly PreparedArm[],
  study: { normalisation: Normalisation; named: boolean },
  find: (reference: string) => Pick<WeightSetSummary, 'normalisation'> | undefined,
): Normalisation[] {
  const expected = (init: Init): Normalisation | null =>
    usesWeightValues(init) ? (find(weightsOf(init) ?? '')?.normalisation ?? null) : null;
  return arms.map(({ model, init }) => {
    const own = expected(init);
    if (own !== null || study.named) return own ?? study.normalisation;
    const siblings = arms.filter((arm) => arm.model === model).flatMap((arm) => expected(arm.init) ?? []);
    const [only, ...others] = new Set(siblings);
    return only !== undefined && others.length === 0 ? only : study.normalisation;
  });
}

/** How the images of each arm are prepared. Arms of one model are compared, so they should see the same images. Pure. */
import { usesWeightValues, weightsOf, type WeightSetSummary } from './models.ts';
import type { Normalisation, Protocol } from './protocol.ts';
import type { Arm, StudySpec } from './study.ts';

/**
 * A network that starts from values of a weight set sees images prepared as that set expects. The other arms of its model (random, Gabor)
 * see the same, so that the comparison is one of initialisations alone, unless the study names a preparation itself or the sets of the
 * model expect different ones: then they see the study's own.
 * @param study the specification, which may name a preparation, and the protocol, which has one
 * @param find the set that an initialisation names
 */
export function prepareArms<A extends Pick<Arm, 'model' | 'init'>>(
  arms: readonly A[],
  study: { spec: Pick<StudySpec, 'normalisation'>; protocol: Pick<Protocol, 'normalisation'> },
  find: (reference: string) => Pick<WeightSetSummary, 'normalisation'> | undefined,
): ReadonlyMap<A, Normalisation> {
  const own = study.protocol.normalisation;
  const expected = ({ init }: A): Normalisation[] =>
    usesWeightValues(init) ? [find(weightsOf(init) ?? '')?.normalisation ?? []].flat() : [];
  const prepared = [...Map.groupBy(arms, ({ model }) => model).values()].flatMap((siblings) => {
    const [only = own, ...others] = new Set(siblings.flatMap(expected));
    const shared = study.spec.normalisation !== undefined || others.length > 0 ? own : only;
    return siblings.map((arm): [A, Normalisation] => [arm, expected(arm)[0] ?? shared]);
  });
  return new Map(prepared);
}

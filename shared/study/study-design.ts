/** What the planned study can find out and what limits it, from the counts of its dataset. Pure. */
import type { SplitCounts, Target } from '../dataset/dataset.ts';
import { endpointCounts } from '../dataset/endpoint-counts.ts';
import { describeDetectable, designWarnings, type StudyDesign } from './detectable.ts';
import { expandArms, type StudySpec } from './study.ts';

export function describeDesign(
  spec: StudySpec,
  { target, splits }: { target: Target; splits: readonly SplitCounts[] },
): { sees: string[]; limits: string[] } {
  const arms = expandArms(spec).length;
  const headlines = target.endpoints.filter(({ headline }) => headline);
  const designs = headlines.map((endpoint): StudyDesign => {
    const parts = (['validation', 'test'] as const).map((part) => {
      const counts = splits.find(({ split }) => split === part);
      const labels = endpointCounts(endpoint, counts?.outputs ?? []);
      return { part, positives: labels?.positive ?? 0, negatives: labels?.negative ?? 0 };
    });
    return { arms, seeds: spec.seeds.length, endpoint: endpoint.name, parts };
  });
  return {
    // Several findings: the one with the fewest positives is no guide to the others, so only one headline is planned for.
    sees: designs.length === 1 ? designs.flatMap((design) => describeDetectable(design) ?? []) : [],
    limits: [...new Set(designs.flatMap(designWarnings))],
  };
}

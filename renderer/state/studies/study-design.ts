/** What the planned study can find out and what limits it, from the counts of its dataset. Pure. */
import type { DatasetDetail, Endpoint, SplitCounts } from '../../../shared/dataset/dataset.ts';
import { describeDetectable, designWarnings, type StudyDesign } from '../../../shared/study/detectable.ts';
import { expandArms, type StudySpec } from '../../../shared/study/study.ts';

export function describeDesign(
  spec: StudySpec,
  { target, splits }: DatasetDetail,
): { sees: string[]; limits: string[] } {
  const designs = target.endpoints.flatMap((endpoint): StudyDesign[] => {
    const parts = (['validation', 'test'] as const).map((part) => {
      const counts = splits.find(({ split }) => split === part);
      return { part, ...countLabels(endpoint, counts) };
    });
    const design = { arms: expandArms(spec).length, seeds: spec.seeds.length, endpoint: endpoint.name, parts };
    return endpoint.headline ? [design] : [];
  });
  return {
    // Several findings: the one with the fewest positives is no guide to the others, so only one headline is planned for.
    sees: designs.length === 1 ? designs.flatMap((design) => describeDetectable(design) ?? []) : [],
    limits: [...new Set(designs.flatMap(designWarnings))],
  };
}

/** Of one output as counted; of several exclusive ones, such as grades, their sum. */
function countLabels({ positiveOutputs }: Endpoint, counts: SplitCounts | undefined) {
  const outputs = positiveOutputs.flatMap((index) => counts?.outputs[index] ?? []);
  const positives = outputs.reduce((sum, { positive }) => sum + positive, 0);
  const [only, ...others] = outputs;
  const negatives = only !== undefined && others.length === 0 ? only.negative : (counts?.images ?? 0) - positives;
  return { positives, negatives: Math.max(0, negatives) };
}

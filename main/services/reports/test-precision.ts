/** What a study's test set can tell, as the checklists' item on sample size says it. */
import type { StudyResults } from '../../../shared/results/results.ts';
import { Z95 } from '../../analysis/statistics/normal.ts';
import { hanleyMcNeilSe } from '../../../shared/study/detectable.ts';
import { itemsForPrecision } from '../../analysis/statistics/sample-size.ts';
import type { TestPrecision } from '../../report/report-input.ts';

const AUCS = [0.8, 0.9] as const;
const WANTED = { auc: 0.8, width: 0.1 } as const;

/** Of each headline endpoint with two images of each class. */
export function testPrecision({ endpoints }: Pick<StudyResults, 'endpoints'>): TestPrecision[] {
  return endpoints.flatMap(({ id: endpointId, headline, positives, negatives }) => {
    if (!headline || positives < 2 || negatives < 2) return [];
    const prevalence = positives / (positives + negatives);
    const images = itemsForPrecision({ ...WANTED, prevalence })?.total ?? null;
    const widths = AUCS.map((auc) => ({ auc, width: 2 * Z95 * hanleyMcNeilSe(auc, positives, negatives) }));
    return [{ endpointId, widths, wanted: { ...WANTED, images } }];
  });
}

/** Similarities in words. */
import { formatCount } from '../../../shared/words/numbers.ts';
import { MODEL_NAMES } from '../../../shared/study/models.ts';
import type { StagePanel } from '../../../shared/figures/similarity-panels.ts';
import type { SimilarityMethod, StudySimilarity } from '../../../shared/similarity/similarity.ts';

export const METHOD_WORDS: Record<SimilarityMethod, string> = { cca: 'CCA', svcca: 'SVCCA' };

/** How to read a panel. */
export const PANEL_NOTES: Record<StagePanel['kind'], string> = {
  'before-after':
    'Each run against its own start, mean over the runs of an initialisation (Figure 3 of the paper). High: training changed little of what this stage computes. Large models often keep their early stages, pretrained or not.',
  inits:
    'Pairs of trained networks that started differently, beside two random runs with each other (Figure 2, Table 5). Lower than the baseline: the start is still seen after training.',
  seeds: 'Pairs of trained networks of one initialisation that differ by their seed only (Table 5).',
};

/** What one draw looked at, for each model. */
export function describeSampling({ models, images, settings }: StudySimilarity): string {
  const parts = models.map(({ model, stages }) => {
    const listed = stages.map(
      ({ stage, neurons, channels, datapoints }) =>
        `${stage} ${neurons} of ${channels} channels on ${formatCount(datapoints)} datapoints`,
    );
    return `${MODEL_NAMES[model]}: ${listed.join('; ')}.`;
  });
  return `Each of the ${settings.repeats} draws took, from ${formatCount(images)} test images: ${parts.join(' ')}`;
}

/** Appendix: first-layer filters, what training did to the weights, and how alike the networks are. */
import { filterPanels, filtersFigure, filtersTitle } from '../../../shared/figures/filter-figure.ts';
import { assignSlots } from '../../../shared/figures/palette.ts';
import { weightMovementPanels } from '../../../shared/figures/weight-movement-panels.ts';
import { histogramsFigure, weightMovementFigure } from '../../../shared/figures/weights-figures.ts';
import { armWords } from '../../../shared/study/arms.ts';
import { weightMovementTable } from '../../../shared/weights/weights-tables.ts';
import { figure, table, under, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { similarityPart } from './similarity-section.ts';

/** More would not fit a page: of deeper networks evenly spaced layers are shown, the first and the last among them. */
const MOST_LAYERS = 12;

export function weightsSection(
  input: Pick<ReportInput, 'results' | 'filters' | 'movement' | 'weightRuns' | 'study' | 'similarity'>,
): Block[] {
  return [
    ...under('First-layer filters', filters(input)),
    ...under('Weights before and after training', [
      ...weightMovementPanels(input.movement, input.study.arms).flatMap((panel) => [
        ...figure(
          weightMovementFigure(panel),
          'L2 distance between the kernels of a stage at the start and at the tested checkpoint, relative to their norm at the start, mean over runs; error bars: one SD over runs. Batch norm and biases are left out; a frozen stage has distance 0.',
        ),
        ...table(weightMovementTable(panel)),
      ]),
      ...histograms(input),
    ]),
    ...under('What the networks compute', similarityPart(input)),
  ];
}

/** One run per arm (its lowest seed): more would not fit a page, and the app shows them all. */
function filters({ results, filters: views }: Pick<ReportInput, 'results' | 'filters'>): Block[] {
  const figures = results.arms.flatMap((arm) => {
    const view = views.find(({ armId }) => armId === arm.armId);
    if (view === undefined) return [];
    return filtersFigure(filtersTitle(armWords(arm), view.seed, 'rgb'), filterPanels(view, 'rgb'), 'common');
  });
  return figure(
    figures,
    'Kernels of the first convolution before training, at the tested checkpoint, and their difference; one run per arm, its lowest seed. One picture element per weight, red, green and blue for the three input channels, mid grey for zero; the weight stated above each picture is drawn white in all its kernels.',
  );
}

function histograms({ weightRuns, study }: Pick<ReportInput, 'weightRuns' | 'study'>): Block[] {
  const slots = assignSlots(study.arms.map(({ initLabel }) => initLabel));
  const figures = study.arms.flatMap((arm) => {
    const run = weightRuns.find(({ armId }) => armId === arm.id);
    if (run === undefined || run.layers.length === 0) return [];
    const { seed, layers } = run;
    return histogramsFigure({
      ...{ arm: armWords(arm), slot: slots.get(arm.initLabel) ?? 0, seed, layers, most: MOST_LAYERS },
    });
  });
  return figure(
    figures,
    `Weights of layers before training (dotted outline) and at the tested checkpoint (filled), in 60 equal bins; one run per arm, its lowest seed. The axis of each layer is symmetric around zero, up to its largest absolute weight, which is printed; heights compare within a layer only. Moved: distance relative to the norm before. Of deeper networks ${MOST_LAYERS} evenly spaced layers are shown.`,
  );
}

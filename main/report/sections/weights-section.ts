/** What training did to the weights: how far each stage moved, and how the values of layers are spread before and after. */
import { weightMovementPanels, type WeightMovementPanel } from '../../../shared/figures/weight-movement-panels.ts';
import { assignSlots } from '../../../shared/figures/palette.ts';
import { histogramsFigure, weightMovementFigure } from '../../../shared/figures/weights-figures.ts';
import { armWords } from '../../../shared/study/arms.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { weightMovementTable } from '../../../shared/weights/weights-tables.ts';
import { tableMarkup } from '../table.ts';

/** More would not fit a page: of deeper networks evenly spaced layers are shown, the first and the last among them. */
const MOST_LAYERS = 12;

export function weightsSection(
  input: Pick<ReportInput, 'movement' | 'weightRuns' | 'study'>,
  numbering: Numbering,
): Markup | null {
  const panels = weightMovementPanels(input.movement, input.study.arms);
  if (panels.length === 0) return null;
  return markup`${panels.map((panel) => weightMovementBlock(panel, numbering))}${histograms(input, numbering)}`;
}

function weightMovementBlock(panel: WeightMovementPanel, numbering: Numbering): Markup {
  return markup`<figure>${figureMarkup(weightMovementFigure(panel))}<figcaption><b>Figure ${numbering.figure()}.</b> L2 distance between the kernels of a stage at the start and at the tested checkpoint, relative to their norm at the start, mean over runs; error bars: one SD over runs. Batch norm and biases are left out; a frozen stage has distance 0.</figcaption></figure>
${tableMarkup(weightMovementTable(panel), numbering)}`;
}

function histograms(
  { weightRuns, study }: Pick<ReportInput, 'weightRuns' | 'study'>,
  numbering: Numbering,
): Markup | null {
  const slots = assignSlots(study.arms.map(({ initLabel }) => initLabel));
  const figures = study.arms.flatMap((arm) => {
    const run = weightRuns.find(({ armId }) => armId === arm.id);
    if (run === undefined || run.layers.length === 0) return [];
    const { seed, layers } = run;
    const slot = slots.get(arm.initLabel) ?? 0;
    return [figureMarkup(histogramsFigure({ arm: armWords(arm), slot, seed, layers, most: MOST_LAYERS }))];
  });
  if (figures.length === 0) return null;
  return markup`<figure>${figures}<figcaption><b>Figure ${numbering.figure()}.</b> Weights of layers before training (dotted outline) and at the tested checkpoint (filled), in 60 equal bins; one run per arm, its lowest seed. The axis of each layer is symmetric around zero, up to its largest absolute weight, which is printed; heights compare within a layer only. Moved: distance relative to the norm before. Of deeper networks ${MOST_LAYERS} evenly spaced layers are shown.</figcaption></figure>`;
}

/** What training did to the weights: how far each stage moved, and how the values of layers are spread before and after. */
import { histogramPath } from '../../../shared/figures/histogram-path.ts';
import { MODEL_NAMES } from '../../../shared/study/models.ts';
import { movementPanels, type MovementPanel } from '../../../shared/figures/movement-panels.ts';
import { assignSlots } from '../../../shared/figures/palette.ts';
import type { LayerWeights, RunWeights } from '../../../shared/weights/weight-changes.ts';
import { markup, type Markup } from '../markup.ts';
import type { Numbering } from '../numbering.ts';
import { countOf, formatNumber, formatSignificant } from '../../../shared/words/numbers.ts';
import type { ReportInput } from '../report-input.ts';
import { stageFigure } from '../figures/stage-figure.ts';
import { groupedTable } from '../table.ts';

/** More would not fit a page: of deeper networks evenly spaced layers are shown, the first and the last among them. */
const MOST_LAYERS = 12;
const CELL = { width: 180, height: 104 };
const PLOT = { left: 8, top: 20, width: 164, height: 56 };

export function weightsSection(
  input: Pick<ReportInput, 'movement' | 'weightRuns' | 'study'>,
  numbering: Numbering,
): Markup | null {
  const panels = movementPanels(input.movement, input.study.arms);
  if (panels.length === 0) return null;
  return markup`${panels.map((panel) => movementBlock(panel, numbering))}${histograms(input, numbering)}`;
}

function movementBlock(panel: MovementPanel, numbering: Numbering): Markup {
  const distances = panel.series.flatMap(({ stages }) =>
    stages.map(({ relativeDistance }) =>
      relativeDistance === null ? 0 : relativeDistance.mean + (relativeDistance.sd ?? 0),
    ),
  );
  const highest = Math.max(0, ...distances);
  return markup`<figure>${stageFigure({
    title: `How far each stage moved, ${panel.group}`,
    yLabel: 'Distance / norm at the start',
    yDomain: [0, highest === 0 ? 1 : highest * 1.05],
    stages: panel.stages,
    series: panel.series.map(({ label, slot, stages }) => ({
      label,
      slot,
      points: stages.flatMap(({ stage, relativeDistance }) => {
        if (relativeDistance === null) return [];
        const { mean, sd } = relativeDistance;
        return [
          {
            stage,
            value: mean,
            low: sd === null ? null : Math.max(0, mean - sd),
            high: sd === null ? null : mean + sd,
          },
        ];
      }),
    })),
    marks: 'bars',
    description: `How far the kernels of each stage moved in training, ${panel.group}: ${panel.series.map(({ label }) => label).join(', ')}. The values are in the table.`,
  })}<figcaption><b>Figure ${numbering.figure()}.</b> L2 distance between the kernels of a stage at the start and at the tested checkpoint, relative to their norm at the start, mean over runs; error bars: one SD over runs. Batch norm and biases are left out; a frozen stage has distance 0.</figcaption></figure>
${movementTable(panel, numbering)}`;
}

function movementTable(panel: MovementPanel, numbering: Numbering): Markup {
  const cell = (value: { mean: number; sd: number | null } | null | undefined): string =>
    `${formatNumber(value?.mean)}${value?.sd == null ? '' : ` ± ${formatNumber(value.sd)}`}`;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Movement of kernels by stage, ${panel.group}: relative distance (mean ± SD over runs), beneath it the cosine between start and end.`,
    columns: [
      { head: 'Stage' },
      ...panel.series.map(({ label, runs }) => ({
        head: markup`${label}<br><span class="quiet">${countOf(runs, 'run')}</span>`,
        number: true,
      })),
    ],
    groups: [
      {
        title: '',
        rows: panel.stages.map((stage) => ({
          cells: [
            stage,
            ...panel.series.map(({ stages }) => {
              const own = stages.find((candidate) => candidate.stage === stage);
              return markup`${cell(own?.relativeDistance)}<br><span class="quiet">${cell(own?.cosine)}</span>`;
            }),
          ],
        })),
      },
    ],
  });
}

function histograms(
  { weightRuns, study }: Pick<ReportInput, 'weightRuns' | 'study'>,
  numbering: Numbering,
): Markup | null {
  const slots = assignSlots(study.arms.map(({ initLabel }) => initLabel));
  const blocks = study.arms.flatMap(({ id, initLabel, model, trainSize }) => {
    const run = weightRuns.find(({ armId }) => armId === id);
    if (run === undefined || run.layers.length === 0) return [];
    const size = trainSize === 'all' ? '' : `, ${trainSize} images`;
    return [
      histogramGrid(run, `${MODEL_NAMES[model]}, ${initLabel}${size}, seed ${run.seed}`, slots.get(initLabel) ?? 0),
    ];
  });
  if (blocks.length === 0) return null;
  return markup`<figure>${blocks}<figcaption><b>Figure ${numbering.figure()}.</b> Weights of layers before training (dotted outline) and at the tested checkpoint (filled), in 60 equal bins; one run per arm, its lowest seed. The axis of each layer is symmetric around zero, up to its largest absolute weight, which is printed; heights compare within a layer only. Of deeper networks ${MOST_LAYERS} evenly spaced layers are shown.</figcaption></figure>`;
}

function histogramGrid(run: RunWeights, title: string, slot: number): Markup {
  const layers = spaced(run.layers);
  const rows = Math.ceil(layers.length / 4);
  return markup`<svg class="figure s${slot}" viewBox="0 0 ${4 * CELL.width} ${24 + rows * CELL.height}" role="img" aria-label="Histograms of weights before and after training, ${title}.">
<text class="strong" x="${PLOT.left}" y="16">${title}</text>
${layers.map((layer, i) => markup`<g transform="translate(${(i % 4) * CELL.width} ${24 + Math.floor(i / 4) * CELL.height})">${histogram(layer)}</g>`)}
</svg>`;
}

function spaced(layers: readonly LayerWeights[]): LayerWeights[] {
  if (layers.length <= MOST_LAYERS) return [...layers];
  return Array.from(
    { length: MOST_LAYERS },
    (_, i) => layers[Math.round((i * (layers.length - 1)) / (MOST_LAYERS - 1))] as LayerWeights,
  );
}

function histogram({ layer, histogram: { before, after, high } }: LayerWeights): Markup {
  const most = Math.max(...before, ...after);
  const shape = (counts: readonly number[]): string =>
    histogramPath({ counts, most, width: PLOT.width, height: PLOT.height });
  const limit = formatSignificant(high, 2);
  return markup`<text class="tick" x="${PLOT.left}" y="14">${layer}</text><g transform="translate(${PLOT.left} ${PLOT.top})"><path class="mean" fill-opacity="0.35" d="${shape(after)}Z"/><path class="threshold" d="${shape(before)}"/><path class="axis" d="M0 ${PLOT.height}H${PLOT.width}"/></g><text class="tick" x="${PLOT.left}" y="${PLOT.top + PLOT.height + 14}">−${limit}</text><text class="tick" x="${PLOT.left + PLOT.width}" y="${PLOT.top + PLOT.height + 14}" text-anchor="end">${limit}</text>`;
}

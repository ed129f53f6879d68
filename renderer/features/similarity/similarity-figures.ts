/** Panels of similarities (shared/figures/similarity-panels.ts) as figures of the screen, and the numbers behind them. Pure. */
import type { ScatterPanel, ScatterStage, StagePanel } from '../../../shared/figures/similarity-panels.ts';
import type { DataTable } from '../../../shared/data-table.ts';
import { besides, type Figure } from '../../ui/chart/figure.ts';
import { styleOfSlot } from '../../ui/chart/series-style.ts';

/** How far lines stand apart at one stage, so that their error bars do not hide each other. */
const PITCH = 0.035;

export function stageFigure(panel: StagePanel): Figure {
  const shifts = besides(panel.series.length, PITCH);
  return {
    title: panel.title,
    xLabel: 'Stage, from the image up',
    yLabel: 'Similarity (0 to 1)',
    series: panel.series.map(({ id, label, slot, stages, baseline }, index) => {
      const at = (stage: string): number => panel.stages.indexOf(stage) + (shifts[index] as number);
      return {
        id: baseline ? `baseline ${id}` : id,
        label,
        style: styleOfSlot(slot),
        mean: stages.map(({ stage, mean }) => ({ x: at(stage), y: mean })),
        band: stages.flatMap(({ stage, low, high }) =>
          low === null || high === null ? [] : [{ x: at(stage), low, high }],
        ),
        seeds: [],
      };
    }),
    reference: null,
    digits: 3,
    yRange: { min: 0, floor: 0, max: 1 },
    categories: panel.stages,
    whiskers: true,
    guide: panel.chance === null ? null : { points: panel.chance.map((y, x) => ({ x, y })), label: 'chance, at least' },
  };
}

export function stageTable(panel: StagePanel): DataTable {
  const number = (name: string): { name: string; number: boolean } => ({ name, number: true });
  return {
    columns: [
      { name: panel.kind === 'inits' ? 'Initialisations' : 'Initialisation' },
      { name: 'Stage' },
      number('Similarity'),
      number('95 % low'),
      number('95 % high'),
      number('SD between pairs'),
      number('Pairs'),
      number('Chance'),
    ],
    rows: panel.series.flatMap(({ label, stages, top }) => [
      ...stages.map(({ stage, mean, low, high, sd, pairs }) => [
        ...[label, stage, mean, low, high, sd, pairs],
        panel.chance?.[panel.stages.indexOf(stage)] ?? null,
      ]),
      ...(top === null ? [] : [[label, 'two topmost', top.mean, top.low, top.high, top.sd, top.pairs, null]]),
    ]),
    digits: 3,
  };
}

/** Rounded outward to tenths, so that both axes are easy to read. */
function limits(values: readonly number[]): [number, number] {
  const low = Math.max(0, Math.floor(Math.min(...values) * 10 - 0.2) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...values) * 10 + 0.2) / 10);
  return high > low ? [low, high] : [Math.max(0, low - 0.1), Math.min(1, high + 0.1)];
}

export function scatterFigure(panel: ScatterPanel, { stage, groups, fit }: ScatterStage): Figure {
  const points = groups.flatMap((group) => group.points);
  const range = limits(points.map(({ initial }) => initial));
  const [low, high] = limits(points.map(({ final }) => final));
  return {
    title: `${panel.title}, ${stage}`,
    xLabel: 'Similarity at the start',
    yLabel: 'Similarity after training',
    series: groups.map(({ label, slot, points: own }) => ({
      id: label,
      label,
      style: styleOfSlot(slot),
      mean: own.map(({ initial, final }) => ({ x: initial, y: final })),
      band: [],
      seeds: [],
    })),
    reference: null,
    digits: 3,
    marks: 'points',
    xRange: range,
    yRange: { min: low, floor: 0, max: high },
    guide:
      fit === null
        ? null
        : { points: range.map((x) => ({ x, y: fit.intercept + fit.slope * x })), label: 'least squares' },
  };
}

export function scatterTable(panel: ScatterPanel): DataTable {
  const number = (name: string): { name: string; number: boolean } => ({ name, number: true });
  return {
    columns: [
      { name: 'Stage' },
      { name: 'Pair of runs' },
      number('At the start'),
      number('After training'),
      number('R squared of the stage'),
    ],
    rows: panel.stages.flatMap(({ stage, groups, rSquared }) =>
      groups.flatMap(({ label, points }) =>
        points.map(({ initial, final }) => [stage, label, initial, final, rSquared]),
      ),
    ),
    digits: 3,
  };
}

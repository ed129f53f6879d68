/** Panels of similarities as figures. Pure. */
import { besides, type Panels, type Plot } from './figure.ts';
import type { ScatterPanel, StagePanel } from './similarity-panels.ts';

/** How far lines stand apart at one stage, so that their error bars do not hide each other. */
const PITCH = 0.05;

export function stageFigure(panel: StagePanel): Plot {
  const count = panel.series.length;
  const shifts = besides(count, Math.min(PITCH, 0.5 / count));
  return {
    kind: 'plot',
    title: panel.title,
    xLabel: 'Stage, from the image up',
    yLabel: 'Similarity (0 to 1)',
    series: panel.series.map(({ id, label, slot, stages, baseline }, index) => {
      const at = (stage: string): number => panel.stages.indexOf(stage) + (shifts[index] as number);
      return {
        id: baseline ? `baseline ${id}` : id,
        label,
        slot,
        mean: stages.map(({ stage, mean }) => ({ x: at(stage), y: mean })),
        band: stages.flatMap(({ stage, low, high }) =>
          low === null || high === null ? [] : [{ x: at(stage), low, high }],
        ),
        seeds: [],
      };
    }),
    reference: null,
    digits: 3,
    yRange: { from: 0, to: 1, within: [0, 1] },
    categories: panel.stages,
    whiskers: true,
    guide: panel.chance === null ? null : { points: panel.chance.map((y, x) => ({ x, y })), label: 'chance, at least' },
  };
}

/** Outward to tenths, so that both axes are easy to read. */
function limits(values: readonly number[]): [number, number] {
  const low = Math.max(0, Math.floor(Math.min(...values) * 10 - 0.2) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...values) * 10 + 0.2) / 10);
  return high > low ? [low, high] : [Math.max(0, low - 0.1), Math.min(1, high + 0.1)];
}

/** @param stage the only one that is shown; default: all of them, on common axes */
export function scatterFigure(panel: ScatterPanel, stage?: string): Panels {
  const stages = panel.stages.filter((candidate) => stage === undefined || candidate.stage === stage);
  const points = stages.flatMap(({ groups }) => groups.flatMap((group) => group.points));
  return {
    kind: 'panels',
    title: stage === undefined ? panel.title : `${panel.title}, ${stage}`,
    xLabel: 'Similarity at the start',
    yLabel: 'After training',
    panels: stages.map(({ stage: title, groups }) => ({
      title,
      under: '',
      series: groups.map(({ label, slot, points: own }) => ({
        ...{ id: label, label, slot, band: [], seeds: [] },
        mean: own.map(({ initial, final }) => ({ x: initial, y: final })),
      })),
      guide: null,
    })),
    marks: 'points',
    xRange: limits(points.map(({ initial }) => initial)),
    yRange: limits(points.map(({ final }) => final)),
    digits: 3,
    key: true,
  };
}

/** What `StudySimilarity` shows, figure by figure: the app and the report draw and tabulate the same panels. Pure. */
import { formatEstimate, formatNumber } from '../words/numbers.ts';
import { MODEL_NAMES, type ModelId } from '../study/models.ts';
import { assignSlots, SERIES_STYLES } from './palette.ts';
import {
  besideBaseline,
  chanceSimilarity,
  type SimilarityEstimate,
  type StageEstimate,
  type StartCorrelation,
  type StudySimilarity,
} from '../similarity/similarity.ts';
import type { Arm, TrainSize } from '../study/study.ts';

export interface PanelSeries {
  id: string;
  label: string;
  /** In shared/figures/palette.ts. */
  slot: number;
  stages: StageEstimate[];
  /** Mean of the two topmost stages; null where it is not asked for. */
  top: SimilarityEstimate | null;
  /** Random runs against each other, what other pairs are to be compared with. */
  baseline: boolean;
}

/** Stages from the image up, one line for each arm or pair of arms of one model and training-set size. */
export interface StagePanel {
  kind: 'before-after' | 'seeds' | 'inits';
  title: string;
  /** `CBR-Tiny`, or `CBR-Tiny, 500 images`. */
  group: string;
  stages: string[];
  series: PanelSeries[];
  /** Similarity of unrelated networks by stage, a lower bound; null for SVCCA, which compares directions, not channels. */
  chance: number[] | null;
}

export interface ScatterGroup {
  label: string;
  slot: number;
  points: { initial: number; final: number }[];
  correlation: StartCorrelation;
}

export interface ScatterStage {
  stage: string;
  /** One for each kind of pair. */
  groups: ScatterGroup[];
}

export interface ScatterPanel {
  title: string;
  group: string;
  stages: ScatterStage[];
}

const TITLES = {
  'before-after': 'Before against after training',
  seeds: 'Trained networks of different seeds',
  inits: 'Trained networks of different initialisations',
} as const;

/** Grey: pairs of different initialisations have no colour of their own. */
const MIXED_SLOT = 5;

const groupName = (model: ModelId, size: TrainSize): string =>
  `${MODEL_NAMES[model]}${size === 'all' ? '' : `, ${size} images`}`;

/** One panel for each kind of comparison, model and training-set size that has any value. */
export function stagePanels(similarity: StudySimilarity, arms: readonly Arm[]): StagePanel[] {
  const inits = new Map(arms.map(({ id, initLabel }) => [id, initLabel]));
  const slots = assignSlots(arms.map(({ initLabel }) => initLabel));
  const label = (armId: string): string => inits.get(armId) ?? armId;
  const slotOf = (armId: string): number => slots.get(label(armId)) ?? 0;
  const ofArm = (
    row: { armId: string; stages: StageEstimate[]; top?: SimilarityEstimate },
    baseline = false,
  ): PanelSeries => ({
    id: row.armId,
    label: baseline ? `${label(row.armId)} / ${label(row.armId)} (baseline)` : label(row.armId),
    slot: slotOf(row.armId),
    stages: row.stages,
    top: row.top ?? null,
    baseline,
  });

  const panels: StagePanel[] = [];
  const add = (kind: StagePanel['kind'], model: ModelId, size: TrainSize, series: PanelSeries[]): void => {
    const stages = series[0]?.stages.map(({ stage }) => stage) ?? [];
    if (stages.length === 0) return;
    const group = groupName(model, size);
    panels.push({
      kind,
      title: `${TITLES[kind]}, ${group}`,
      group,
      stages,
      series,
      chance: chanceOf(similarity, model, stages),
    });
  };
  const grouped = <T extends { model: ModelId; trainSize: TrainSize }>(rows: readonly T[]): [T, ...T[]][] =>
    [...Map.groupBy(rows, (row) => groupName(row.model, row.trainSize)).values()] as [T, ...T[]][];

  for (const rows of grouped(similarity.beforeAfter)) {
    add(
      'before-after',
      rows[0].model,
      rows[0].trainSize,
      rows.map((row) => ofArm(row)),
    );
  }
  for (const rows of grouped(similarity.inits)) {
    const baseline = rows.find((row) => row.baseline !== null)?.baseline ?? null;
    const base = baseline === null ? [] : [ofArm(baseline, true)];
    const pairs = [...rows]
      .sort((a, b) => Number(touches(b, baseline?.armId)) - Number(touches(a, baseline?.armId)))
      .map(({ armA, armB, stages, top }, index): PanelSeries => ({
        id: `${armA}|${armB}`,
        label: `${label(armA)} / ${label(armB)}`,
        slot: (index + 1) % SERIES_STYLES.length,
        stages,
        top,
        baseline: false,
      }));
    add('inits', rows[0].model, rows[0].trainSize, [...base, ...pairs]);
  }
  for (const rows of grouped(similarity.seeds)) {
    add(
      'seeds',
      rows[0].model,
      rows[0].trainSize,
      rows.map((row) => ofArm(row)),
    );
  }
  return panels;
}

function touches(row: { armA: string; armB: string }, armId: string | undefined): boolean {
  return row.armA === armId || row.armB === armId;
}

function chanceOf({ models, settings }: StudySimilarity, model: ModelId, stages: readonly string[]): number[] | null {
  if (settings.method !== 'cca') return null;
  const sampled = models.find((entry) => entry.model === model)?.stages ?? [];
  const known = stages.flatMap((stage) => sampled.find((entry) => entry.stage === stage) ?? []);
  return known.length === stages.length ? known.map(chanceSimilarity) : null;
}

/** Pairs of runs at their start and after training, one panel for each model and training-set size (Figure 4). */
export function scatterPanels(similarity: StudySimilarity, arms: readonly Arm[]): ScatterPanel[] {
  const inits = new Map(arms.map(({ id, initLabel }) => [id, initLabel]));
  const slots = assignSlots(arms.map(({ initLabel }) => initLabel));
  return similarity.initialVsFinal.flatMap(({ model, trainSize, stages }): ScatterPanel[] => {
    const group = groupName(model, trainSize);
    const shown = stages.filter(({ points }) => points.length > 0);
    if (shown.length === 0) return [];
    return [
      {
        title: `Similarity at the start and after training, ${group}`,
        group,
        stages: shown.map(({ stage, points, correlations }) => ({
          stage,
          groups: correlations.map((correlation): ScatterGroup => {
            const { armA, armB } = correlation;
            const [a, b] = [inits.get(armA) ?? armA, inits.get(armB) ?? armB];
            const own = points.filter((point) => point.armA === armA && point.armB === armB);
            return {
              label: armA === armB ? `both ${a}` : `${a} / ${b}`,
              slot: armA === armB ? (slots.get(a) ?? 0) : MIXED_SLOT,
              points: own.map(({ initial, final }) => ({ initial, final })),
              correlation,
            };
          }),
        })),
      },
    ];
  });
}

/**
 * How each pair of initialisations compares with two random runs, in the mean of the two topmost stages, in words (Section 4 of
 * the paper), by {@link besideBaseline}.
 */
export function baselineSentences(panel: StagePanel): string[] {
  const base = panel.series.find(({ baseline }) => baseline)?.top;
  if (panel.kind !== 'inits' || base == null) return [];
  return panel.series.flatMap(({ label, top, baseline }) =>
    baseline || top === null
      ? []
      : [`${label}: ${formatEstimate({ ...top, value: top.mean })}, ${againstBaseline(top, base)}.`],
  );
}

function againstBaseline(top: SimilarityEstimate, base: SimilarityEstimate): string {
  const difference = top.mean - base.mean;
  const distance = `${formatNumber(Math.abs(difference))} ${difference < 0 ? 'below' : 'above'} two random runs (${formatNumber(base.mean)})`;
  const place = besideBaseline(top, base);
  if (place === 'unknown') return `${distance}; with one pair of random runs, how much other runs vary is not known`;
  if (place === 'within') return `${distance}, within the variation between pairs of runs`;
  return `${distance}, more than pairs of runs vary: ${place === 'below' ? 'the start is still seen after training' : 'these starts lead to more similar features'}`;
}

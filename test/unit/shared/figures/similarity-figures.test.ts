import { describe, expect, it } from 'vitest';
import { baselineSentences, scatterPanels, stagePanels } from '../../../../shared/figures/similarity-panels.ts';
import {
  similaritySettingsSchema,
  type SimilarityEstimate,
  type StudySimilarity,
} from '../../../../shared/similarity/similarity.ts';
import type { Arm } from '../../../../shared/study/study.ts';
import { drawFigure } from '../../../../shared/figures/drawing/draw-figure.ts';
import { scatterFigure, stageFigure } from '../../../../shared/figures/similarity-figures.ts';
import { scatterTable, stageTable } from '../../../../shared/similarity/similarity-tables.ts';
import { tableCsv } from '../../../../shared/tables/csv-face.ts';

const RANDOM = 'cbr-tiny/random/all';
const GABOR = 'cbr-tiny/gabor/all';
const arms = [
  { id: RANDOM, model: 'cbr-tiny', init: { kind: 'random' }, initLabel: 'random', trainSize: 'all' },
  { id: GABOR, model: 'cbr-tiny', init: { kind: 'gabor' }, initLabel: 'gabor', trainSize: 'all' },
] as unknown as Arm[];

const estimate = (mean: number, sd: number | null = 0.01): SimilarityEstimate => ({
  mean,
  low: mean - 0.02,
  high: mean + 0.02,
  sd,
  pairs: sd === null ? 1 : 3,
});
const stages = (a: number, b: number) => [
  { stage: 'block1', ...estimate(a) },
  { stage: 'block2', ...estimate(b) },
];
const place = { model: 'cbr-tiny', trainSize: 'all' } as const;
const sampling = { height: 4, width: 4, channels: 64, images: 20, positions: 16, neurons: 16, datapoints: 401 };
const point = (armA: string, armB: string, initial: number, final: number) => ({
  ...{ runA: 'a', runB: 'b', armA, armB, initial, final },
});

const similarity: StudySimilarity = {
  studyId: 's',
  settings: similaritySettingsSchema.parse({}),
  computedAt: '2026-01-01T00:00:00Z',
  images: 20,
  models: [
    {
      model: 'cbr-tiny',
      stages: [
        { stage: 'block1', ...sampling },
        { stage: 'block2', ...sampling },
      ],
    },
  ],
  missingRuns: 0,
  beforeAfter: [
    { armId: RANDOM, ...place, stages: stages(0.8, 0.5) },
    { armId: GABOR, ...place, stages: stages(0.6, 0.4) },
  ],
  seeds: [{ armId: RANDOM, ...place, stages: stages(0.5, 0.5), top: estimate(0.5) }],
  inits: [
    {
      armA: RANDOM,
      armB: GABOR,
      ...place,
      stages: stages(0.4, 0.44),
      top: estimate(0.42),
      baseline: { armId: RANDOM, stages: stages(0.5, 0.5), top: estimate(0.5) },
    },
  ],
  initialVsFinal: [
    {
      ...place,
      stages: [
        {
          stage: 'block1',
          points: [point(RANDOM, RANDOM, 0.2, 0.3), point(RANDOM, GABOR, 0.4, 0.4), point(GABOR, GABOR, 0.6, 0.5)],
          correlations: [
            { armA: RANDOM, armB: RANDOM, pairs: 1, rSquared: null, why: 'Needs three pairs of runs, there are 1.' },
            { armA: RANDOM, armB: GABOR, pairs: 1, rSquared: null, why: 'Needs three pairs of runs, there are 1.' },
            { armA: GABOR, armB: GABOR, pairs: 0, rSquared: null, why: 'All pairs start from the same weights.' },
          ],
        },
      ],
    },
  ],
};

describe('panels of similarities', () => {
  const panels = stagePanels(similarity, arms);

  it('are one for each kind, with the baseline first among pairs', () => {
    expect(panels.map(({ title }) => title)).toEqual([
      'Before against after training, CBR-Tiny',
      'Trained networks of different initialisations, CBR-Tiny',
      'Trained networks of different seeds, CBR-Tiny',
    ]);
    expect(panels[1]?.series.map(({ label }) => label)).toEqual(['random / random (baseline)', 'random / gabor']);
    expect(panels[0]?.series[0]?.slot).toBe(panels[1]?.series[0]?.slot);
    expect(panels[0]?.chance?.[0]).toBeCloseTo(Math.sqrt(16 / 400), 12);
  });

  it('have no chance level where directions are compared', () => {
    const svcca = { ...similarity, settings: similaritySettingsSchema.parse({ method: 'svcca' }) };
    expect(stagePanels(svcca, arms)[0]?.chance).toBeNull();
  });

  it('judge pairs against the variation between pairs, not between draws', () => {
    const pairs = panels[1];
    if (!pairs) throw new Error('no panel');
    expect(baselineSentences(pairs)).toEqual([
      'random / gabor: 0.420 (0.400–0.440), 0.080 below two random runs (0.500), more than pairs of runs vary: the start is still seen after training.',
    ]);
    const withBase = (top: SimilarityEstimate) => ({
      ...pairs,
      series: pairs.series.map((series) => (series.baseline ? { ...series, top } : series)),
    });
    expect(baselineSentences(withBase(estimate(0.435)))[0]).toContain('within the variation between pairs');
    expect(baselineSentences(withBase(estimate(0.5, null)))[0]).toContain('with one pair of random runs');
  });

  it('become figures with error bars and tables with all digits', () => {
    const panel = panels[0];
    if (!panel) throw new Error('no panel');
    const figure = stageFigure(panel);
    expect(figure.series[0]?.band).toHaveLength(2);
    const { svg } = drawFigure(figure);
    expect(svg.match(/h6/g)).toHaveLength(8);
    expect(svg).toContain('<title>random, block1: 0.800 (0.780 to 0.820)</title>');
    expect(svg).toContain('chance, at least');
    expect(tableCsv(stageTable(panel)).split('\n')[1]).toBe('random,block1,0.8,0.78,0.8200000000000001,0.01,3,0.2');
  });
});

describe('similarity at the start against after training', () => {
  const [panel] = scatterPanels(similarity, arms);
  const stage = panel?.stages[0];
  if (!panel || !stage) throw new Error('no panel');

  it('groups pairs by their arms, each with its own correlation', () => {
    expect(stage.groups.map(({ label }) => label)).toEqual(['both random', 'random / gabor', 'both gabor']);
    expect(stage.groups.map(({ correlation }) => correlation.pairs)).toEqual([1, 1, 0]);
  });

  it('is a scatter with a key', () => {
    const { svg } = drawFigure(scatterFigure(panel));
    expect(svg).toContain('>random / gabor</text>');
    expect(drawFigure(scatterFigure(panel, 'block1')).svg).toContain(`<title>${panel.title}, block1</title>`);
    expect(scatterTable(panel).groups[0]?.rows).toHaveLength(3);
  });
});

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawFigure } from '../../../../shared/figures/drawing/draw-figure.ts';
import { histogramsFigure, weightMovementFigure } from '../../../../shared/figures/weights-figures.ts';
import {
  layersTable,
  weightMovementTable,
  weightMovementTableOfAll,
} from '../../../../shared/weights/weights-tables.ts';
import { tableCsv } from '../../../../shared/tables/csv-face.ts';
import { channelOf, drawFilters } from '../../../../shared/figures/filter-grid.ts';
import type { WeightMovementPanel } from '../../../../shared/figures/weight-movement-panels.ts';
import type { RunWeights } from '../../../../shared/weights/weight-changes.ts';

describe('filters as SVG', () => {
  const set = { kernelSize: 2, channels: 3, filters: [[1, 0, -1, 1, 0, -1, 1, 0, -1, 1, 0, -1]] };

  it('holds one square per weight, whatever program shows it', async () => {
    const image = drawFilters({ set, scale: 'common' });
    const { svg } = drawFigure({ kind: 'grids', title: 'A <b>', note: '', grids: [{ title: 'Before', image }] });
    const png = Buffer.from(/base64,([^"]+)"/.exec(svg)?.[1] ?? '', 'base64');
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([10, 10]);
    expect([...data.subarray(0, 4)]).toEqual([255, 128, 0, 255]);
    expect(new Set(Array.from({ length: 100 }, (_, pixel) => data.readUInt32BE(4 * pixel))).size).toBe(1);
    expect(svg).toContain('A &lt;b&gt;');
  });

  it('takes one colour channel of every filter', () => {
    expect(channelOf(set, 2)).toEqual({ kernelSize: 2, channels: 1, filters: [[-1, -1, -1, -1]] });
  });
});

describe('movement of weights', () => {
  const value = (mean: number, sd: number | null) => ({ mean, sd });
  const panel: WeightMovementPanel = {
    group: 'CBR-Tiny',
    stages: ['block1', 'head'],
    series: [
      {
        ...{ armId: 'a', label: 'random', slot: 0, runs: 2 },
        stages: [
          { stage: 'block1', relativeDistance: value(0.1, 0.2), cosine: value(0.9, 0.01) },
          { stage: 'head', relativeDistance: null, cosine: null },
        ],
      },
    ],
  };

  it('is drawn as bars whose error bars do not pass zero; what is undefined has none', () => {
    const figure = weightMovementFigure(panel);
    expect(figure.series[0]?.mean).toEqual([{ x: 0, y: 0.1 }]);
    expect(figure.series[0]?.band[0]?.low).toBe(0);
    const { svg } = drawFigure(figure, { width: 400 });
    expect(svg).toContain('random</text>');
    expect(svg).not.toContain('NaN');
    expect(tableCsv(weightMovementTable(panel)).trimEnd().split('\n').at(-1)).toBe('random,head,,,,,2');
    const all = tableCsv(weightMovementTableOfAll([panel, { ...panel, group: 'ResNet-50' }]))
      .trimEnd()
      .split('\n');
    expect(all[0]).toMatch(/^Model,Initialisation,Stage,/);
    expect(all.slice(1).map((line) => line.split(',')[0])).toEqual(['CBR-Tiny', 'CBR-Tiny', 'ResNet-50', 'ResNet-50']);
    expect(tableCsv(weightMovementTableOfAll([]))).toMatch(/^Model,.*\n$/);
  });

  it('lists every layer and draws its histogram', () => {
    const run: RunWeights = {
      ...{ runId: 'r', armId: 'a', seed: 0, stages: [] },
      layers: [
        {
          ...{ layer: 'conv1', stage: 'block1', shape: [1], relativeDistance: 0.5, cosine: null, count: 4 },
          ...{ rmsBefore: 1, rmsAfter: 2, histogram: { low: -1, high: 1, before: [1, 3], after: [2, 2] } },
        },
      ],
    };
    expect(tableCsv(layersTable(run)).split('\n')[1]).toBe('conv1,block1,0.5,,1,2,1,4');
    const figure = histogramsFigure({ arm: 'CBR-Tiny, random', slot: 0, seed: 0, layers: run.layers });
    expect(drawFigure(figure).svg).toContain('>conv1</text>');
    const deep = Array.from({ length: 50 }, (_, index) => ({ ...run.layers[0]!, layer: `conv${index}` }));
    const spaced = histogramsFigure({ arm: '', slot: 0, seed: 0, layers: deep, most: 12 }).layers;
    expect([spaced.length, spaced[0]?.name, spaced[11]?.name]).toEqual([12, 'conv0', 'conv49']);
  });
});

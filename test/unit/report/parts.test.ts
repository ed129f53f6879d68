import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { linearScale, paddedDomain, spreadLabels, wrapWords } from '../../../main/report/figures/chart-scale.ts';
import { formatCsv } from '../../../shared/tables/csv.ts';
import { seedBand } from '../../../main/report/figures/line-figure.ts';
import { markup } from '../../../main/report/markup.ts';
import { encodePng } from '../../../main/report/figures/png.ts';
import { ARM_COLUMNS, armsCsv, predictionsCsv, RUN_COLUMNS, runsCsv } from '../../../main/report/csv/results-csv.ts';
import { madeUpPredictions } from '../made-up-runs.ts';
import { madeUpReport } from './made-up-report.ts';

describe('csv', () => {
  it('quotes, keeps digits and disarms formulas', () => {
    expect(
      formatCsv(
        ['a', 'b'],
        [
          ['x,"y"\n', 0.1 + 0.2],
          [null, '=1+1'],
          [true, -1],
        ],
      ),
    ).toBe('a,b\n"x,""y""\n",0.30000000000000004\n,\'=1+1\ntrue,-1\n');
  });

  const { results, runs } = madeUpReport();

  it('has one row per arm and endpoint with all digits of the results', () => {
    const rows: Record<string, string>[] = parse(armsCsv(results), { columns: true });
    expect(rows).toHaveLength(results.arms.length * results.endpoints.length);
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(ARM_COLUMNS));
    const row = rows.find((r) => r['arm_id'] === results.comparisons[0]?.armA && r['endpoint_id'] === 'referable');
    expect(Number(row?.['difference'])).toBe(results.comparisons[0]?.difference);
    expect(Number(rows[0]?.['auc_mean'])).toBe(results.arms[0]?.endpoints[0]?.mean);
    expect(rows[0]?.['difference']).toBe('');
  });

  it('has one row per run and endpoint, and one for a run without a result', () => {
    const [first, ...others] = runs;
    const failed = {
      ...(first as (typeof runs)[0]),
      id: 'run-x',
      state: 'failed' as const,
      result: null,
      error: { code: 'run-failed', message: 'Out of memory.' },
    };
    const rows: Record<string, string>[] = parse(runsCsv(results, [failed, ...others]), { columns: true });
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(RUN_COLUMNS));
    expect(rows).toHaveLength(1 + others.length * 2);
    expect(rows[0]).toMatchObject({ run_id: 'run-x', state: 'failed', auc: '', note: 'Out of memory.' });
    expect(Number(rows[1]?.['auc'])).toBe(results.arms[0]?.endpoints[0]?.runs[1]?.auc);
  });

  it('writes predictions with labels and probabilities per output', () => {
    const predictions = madeUpPredictions({ images: 40, imagesPerPatient: 2, key: 'k', strength: 1 });
    const rows: Record<string, string>[] = parse(
      predictionsCsv(['edema', 'rare'], [{ run: { id: 'r', armId: 'a', seed: 3 }, predictions }]),
      {
        columns: true,
      },
    );
    expect(rows).toHaveLength(40);
    expect(rows[5]).toMatchObject({ run_id: 'r', arm_id: 'a', seed: '3', split: 'test', patient: '2' });
    expect(Number(rows[5]?.['probability:rare'])).toBe(predictions[5]?.probabilities[1]);
    expect(rows.map((row) => row['label:rare'])).toEqual(
      predictions.map((row) => (row.labels[1] === null ? '' : String(row.labels[1]))),
    );
  });
});

describe('png', () => {
  it('is read back pixel for pixel by an independent decoder', async () => {
    const rgba = Uint8ClampedArray.from({ length: 7 * 5 * 4 }, (_, i) => (i * 37) % 256);
    const { data, info } = await sharp(encodePng({ width: 7, height: 5, rgba }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 7, height: 5, channels: 4 });
    expect([...data]).toEqual([...rgba]);
  });
});

describe('figures', () => {
  it('places round ticks', () => {
    const scale = linearScale({ domain: [0.7, 0.95], range: [0, 100] });
    expect(scale.ticks).toEqual([0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);
    expect(scale.ticks.map((tick) => scale.format(tick))).toEqual(['0.70', '0.75', '0.80', '0.85', '0.90', '0.95']);
    expect(scale.at(0.95)).toBeCloseTo(100, 9);
    expect(linearScale({ domain: [0, 12000], range: [0, 1] }).ticks.at(-1)).toBe(10000);
    expect(linearScale({ domain: [3, 3], range: [0, 1] }).at(3)).toBe(0.5);
    expect(paddedDomain([0.72, 0.93], 0.05, [0, 1])).toEqual([0.7, 0.95]);
    expect(paddedDomain([1], 0.05, [0, 1])).toEqual([0.95, 1]);
    expect(paddedDomain([], 0.05, [0, 1])).toEqual([0, 1]);
  });

  it('keeps labels apart and inside', () => {
    const placed = spreadLabels([100, 101, 99, 20], 15, 10, 110);
    const sorted = [...placed].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(15 - 1e-9);
    }
    expect(Math.max(...placed)).toBeLessThanOrEqual(110);
    expect(placed[2] as number).toBeLessThan(placed[0] as number);
  });

  it('averages seeds only where all were scored', () => {
    const band = seedBand([
      [
        { x: 1, y: 0 },
        { x: 2, y: 1 },
      ],
      [
        { x: 2, y: 3 },
        { x: 3, y: 5 },
      ],
    ]);
    expect(band).toEqual([{ x: 2, mean: 2, low: 2 - Math.SQRT2, high: 2 + Math.SQRT2 }]);
    expect(seedBand([])).toEqual([]);
  });

  it('wraps at spaces', () => {
    expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapWords('', 9)).toEqual([]);
  });
});

describe('markup', () => {
  it('escapes values and leaves markup alone', () => {
    expect(markup`<b title="${'"<&>\''}">${[markup`<i>${1}</i>`, null, false, 'x']}</b>`.text).toBe(
      '<b title="&quot;&lt;&amp;&gt;&#39;"><i>1</i>x</b>',
    );
  });
});

describe('docs/report-files.md', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/report-files.md'), 'utf8');

  it.each(Object.entries({ ...ARM_COLUMNS, ...RUN_COLUMNS }))('documents the column %s', (column, [holds]) => {
    expect(page).toContain(`\`${column}\``);
    expect(page).toContain(holds);
  });
});

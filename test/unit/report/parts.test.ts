import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { formatCsv } from '../../../shared/tables/csv.ts';
import { tableTsv } from '../../../shared/tables/csv-face.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { markup } from '../../../shared/words/markup.ts';
import { encodePng } from '../../../shared/figures/drawing/png.ts';
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

  it.each(['=1+1', '+1+1', '-1+1', '@x', '\tx', '\rx', '\nx'])('keeps %j text in a spreadsheet', (name) => {
    const [row]: { a: string }[] = parse(formatCsv(['a'], [[name]]), { columns: true });
    expect(row?.a).toBe(`'${name}`);
    const table: Table = { caption: '', columns: [{ key: 'a', head: name }], groups: [] };
    expect(tableTsv(table).trimStart()).toBe(`'${name.replace(/\s/, ' ')}`);
  });

  it('shows control characters by their codes', () => {
    expect(formatCsv(['a'], [['x\u001b[2J\0\u202e']])).toBe('a\nx\\u001b[2J\\u0000\\u202e\n');
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

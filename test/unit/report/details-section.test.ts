import { describe, expect, it } from 'vitest';
import { detailsSection } from '../../../main/report/sections/details-section.ts';
import { DETAIL_COLUMNS, detailsCsv } from '../../../main/report/csv/details-csv.ts';
import { MARGIN_COLUMNS, marginCsv } from '../../../main/report/csv/margin-csv.ts';
import { runAnchor } from '../../../main/report/run-link.ts';
import { startNumbering } from '../../../main/report/numbering.ts';
import { madeUpDetails } from './made-up-details.ts';
import { madeUpReport } from './made-up-report.ts';

const { results } = madeUpReport();
const details = madeUpDetails;

describe('operating points, calibration and subgroups in the report', () => {
  const numbering = startNumbering({ figures: 1, tables: 1 });
  const html = detailsSection({ results, details: [details], numbering })?.text ?? '';

  it('has a table each, a figure, and says how thresholds were chosen', () => {
    expect(html).toContain('chosen on its validation images (sensitivity of at least 0.9), frozen');
    expect(html).toContain('are in details.csv');
    expect(html).toContain('exact McNemar test');
    expect(html).toContain('act on everybody');
    expect(html).toContain('hold 0 and 1: not calibrated in any arm.');
    expect(html).not.toMatch(/<th[^>]*><\/th>/);
    expect(html).toContain('hierarchical bootstrap, 2,000 draws, seed 1');
    for (const part of ['Table 2.', 'Table 9.', 'Figure 2.', 'Figure 4.']) expect(html).toContain(part);
    expect(html.match(/<svg [^>]*class="figure"/g)?.length).toBeGreaterThanOrEqual(3);
    expect(html).toContain('−0.020');
  });

  it('is as wide for many arms as for few, names the axes, and leads from thresholds to runs', () => {
    const heads = [...html.matchAll(/<thead>.*?<\/thead>/gs)].map(([head]) => head.match(/<th /g)?.length ?? 0);
    expect(Math.max(...heads)).toBeLessThanOrEqual(8);
    expect(html).toContain('Predicted probability');
    expect(html).toContain('Share positive');
    expect(html).toContain(`<a class="run" href="#${runAnchor(`${results.arms[0]?.armId ?? ''}-0`)}">0.250</a>`);
  });

  it('leaves nothing undefined unexplained', () => {
    expect(html).toContain('Infinite: there is no false positive.');
    expect(html).toContain('Not shown: 10 positive and 10 negative images are needed.');
    expect(html).toContain('∞');
    expect(html).not.toMatch(/NaN|undefined|null/);
  });

  it('is a table of one number a row as CSV, and margins are another', () => {
    const [header, ...rows] = detailsCsv([details]).trimEnd().split('\n');
    expect(header).toBe(Object.keys(DETAIL_COLUMNS).join(','));
    expect(rows.some((row) => row.includes(',recalibration,') && row.includes('brier_change'))).toBe(true);
    expect(rows.some((row) => row.includes('auc_minus_auc_of_the_rest,0.03,'))).toBe(true);
    expect(rows.filter((row) => row.includes(',infinite,')).length).toBeGreaterThan(0);
    expect(marginCsv(results).split('\n')[0]).toBe(Object.keys(MARGIN_COLUMNS).join(','));
  });

  it('is left out where nothing was computed', () => {
    expect(detailsSection({ results, details: [], numbering })).toBeNull();
  });
});

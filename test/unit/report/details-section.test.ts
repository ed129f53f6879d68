import { describe, expect, it } from 'vitest';
import { runAnchor } from '../../../main/report/blocks.ts';
import { clinicalUseSection } from '../../../main/report/sections/clinical-use-section.ts';
import { thresholdsSection } from '../../../main/report/sections/thresholds-section.ts';
import { DETAIL_COLUMNS, detailsCsv } from '../../../main/report/csv/details-csv.ts';
import { MARGIN_COLUMNS, marginCsv } from '../../../main/report/csv/margin-csv.ts';
import { htmlOf } from './html-of.ts';
import { madeUpDetails } from './made-up-details.ts';
import { madeUpReport } from './made-up-report.ts';

const report = { ...madeUpReport(), details: [madeUpDetails] };
const { results } = report;

describe('operating points, calibration and subgroups in the report', () => {
  const html = htmlOf([...clinicalUseSection(report), ...thresholdsSection(report)]);

  it('has a table each, a figure, and says how thresholds were chosen', () => {
    expect(html).toContain('chosen on its validation images (sensitivity of at least 0.9), frozen');
    expect(html).toContain('exact McNemar test');
    expect(html).toContain('act on everybody');
    expect(html).toContain('hold 0 and 1: not calibrated in any arm.');
    expect(html).not.toMatch(/<th[^>]*><\/th>/);
    expect(html).toContain('hierarchical bootstrap, 2,000 draws, seed 1');
    for (const part of ['Table 1.', 'Table 9.', 'Figure 1.', 'Figure 3.']) expect(html).toContain(part);
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
    const [header, ...rows] = detailsCsv([madeUpDetails]).trimEnd().split('\n');
    expect(header).toBe(Object.keys(DETAIL_COLUMNS).join(','));
    expect(rows.some((row) => row.includes(',recalibration,') && row.includes('brier_change'))).toBe(true);
    expect(rows.some((row) => row.includes('auc_minus_auc_of_the_rest,0.03,'))).toBe(true);
    expect(rows.filter((row) => row.includes(',infinite,')).length).toBeGreaterThan(0);
    expect(marginCsv(results).split('\n')[0]).toBe(Object.keys(MARGIN_COLUMNS).join(','));
  });

  it('is left out where nothing was computed', () => {
    expect(clinicalUseSection({ ...report, details: [] })).toEqual([]);
    expect(thresholdsSection({ ...report, details: [] })).toEqual([]);
  });
});

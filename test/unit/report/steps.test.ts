import { describe, expect, it } from 'vitest';
import { startNumbering } from '../../../main/report/numbering.ts';
import { stepsSection } from '../../../main/report/steps-section.ts';
import { assignSlots } from '../../../shared/palette.ts';
import { madeUpReport } from './made-up-report.ts';

describe('steps to the threshold in the report', () => {
  const input = madeUpReport();
  const slots = assignSlots(input.results.arms.map((arm) => arm.initLabel));
  const text = (given = input) => stepsSection(given, slots, startNumbering({ figures: 0, tables: 0 }))?.text ?? null;

  it('marks censored runs and says why there is no median', () => {
    const out = text({ ...input, results: { ...input.results, thresholdAuc: 0.99 } });
    expect(out).toContain('0 of 2');
    expect(out).toMatch(/&gt; 400, &gt; 400/);
    expect(out).toContain('At least half of the runs never reached the threshold.');
    expect(out).not.toMatch(/NaN|null|undefined/);
  });

  it('compares every arm with the first one', () => {
    const out = text({ ...input, results: { ...input.results, thresholdAuc: 0.6 } }) ?? '';
    expect(out.match(/reference/g)).toHaveLength(1);
    expect(out).toContain('2 of 2');
  });

  it('is left out while no run has finished', () => {
    expect(text({ ...input, runs: input.runs.map((run) => ({ ...run, result: null })) })).toBeNull();
  });
});

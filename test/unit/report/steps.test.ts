import { describe, expect, it } from 'vitest';
import { table } from '../../../main/report/blocks.ts';
import { stepsOfResults, stepsTable } from '../../../shared/results/tables/steps-table.ts';
import { stepsRatio } from '../../../shared/results/steps-ratio.ts';
import { htmlOf } from './html-of.ts';
import { madeUpReport } from './made-up-report.ts';

describe('steps to the threshold in the report', () => {
  const { results } = madeUpReport();
  const text = (given = results) => htmlOf(table(stepsTable(stepsOfResults(given))));

  it('marks censored runs and says why there is no median', () => {
    const never = results.arms.map((arm, index) => ({
      ...arm,
      stepsToThreshold: arm.stepsToThreshold.map((run) => ({ ...run, steps: null, until: 400 })),
      medianStepsToThreshold: null,
      stepsRatio:
        index === 0
          ? null
          : { ...stepsRatio([{ steps: 400, reached: false }], [{ steps: 400, reached: false }]), against: 'a' },
    }));
    const out = text({ ...results, arms: never });
    expect(out).toContain('0 of 2');
    expect(out).toMatch(/>&gt; 400<\/a>,<\/span> <span class="pair"><a class="run" href="#run-[\w-]+">&gt; 400<\/a>/);
    expect(out).toContain('At least half of the runs never reached the threshold.');
    expect(out).toContain('At least half of the runs of both arms never reached the threshold.');
    expect(out).not.toMatch(/NaN|null|undefined/);
  });

  it('compares every arm with the first one', () => {
    const out = text();
    expect(out.match(/reference/g)).toHaveLength(1);
    expect(out).toContain('1 of 2');
  });

  it('is left out while no run has finished', () => {
    expect(text({ ...results, arms: results.arms.map((arm) => ({ ...arm, runsFinished: 0 })) })).toBe('');
  });
});

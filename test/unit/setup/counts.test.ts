import { describe, expect, it } from 'vitest';
import {
  addCounts,
  closingLine,
  countPlaywright,
  countVitest,
  isSuccess,
  skippedByPlaywright,
  skippedByVitest,
  type VitestReport,
} from '../../../scripts/testing/counts.mjs';

const report = (change: Partial<VitestReport> = {}): VitestReport => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...change,
});

describe('countVitest', () => {
  it('takes the numbers of the report', () => {
    expect(countVitest(report(), 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  });

  it('counts a file that could not be loaded as one failure', () => {
    const broken = report({ testResults: [{ status: 'failed', assertionResults: [] }] });
    expect(countVitest(broken, 1).failed).toBe(1);
  });

  it('does not count the file of a failed test again', () => {
    const failed = report({
      numFailedTests: 1,
      testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
    });
    expect(countVitest(failed, 1).failed).toBe(1);
  });

  it('counts an error outside of any test, and a runner without a report', () => {
    expect(countVitest(report(), 1).failed).toBe(1);
    expect(countVitest(null, 134)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('countPlaywright', () => {
  it('does not let a second try hide a failure', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
    expect(countPlaywright({ stats }, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('counts an error outside of any test, and a runner without a report', () => {
    expect(countPlaywright({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
    expect(countPlaywright(null, 1).failed).toBe(1);
  });
});

describe('what was skipped', () => {
  it('is told by name, with the reason where there is one', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a b' },
      { status: 'skipped', fullName: 'a c' },
    ];
    expect(skippedByVitest(report({ testResults: [{ status: 'passed', assertionResults }] }))).toEqual(['a c']);
    const stats = { expected: 1, unexpected: 0, flaky: 0, skipped: 2 };
    const because = [{ type: 'skip', description: 'No binary.' }];
    const specs = [
      { title: 'runs', tests: [{ status: 'expected', annotations: [] }] },
      { title: 'window', tests: [{ status: 'skipped', annotations: because }] },
      { title: 'late', tests: [{ status: 'skipped', annotations: [] }] },
    ];
    const told = ['window: No binary.', 'late: it did not run'];
    expect(skippedByPlaywright({ stats, suites: [{ suites: [{ specs }] }] })).toEqual(told);
    expect([...skippedByVitest(null), ...skippedByPlaywright(null)]).toEqual([]);
  });
});

describe('the closing line', () => {
  it('sums the runners and has the one form that machines read', () => {
    const sum = addCounts([
      { passed: 5, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 0 },
    ]);
    expect(closingLine(sum)).toBe('7 passed, 1 failed');
    expect(closingLine({ passed: 7, failed: 0, skipped: 2 })).toBe('7 passed, 0 failed, 2 skipped');
  });

  it('does not take nothing for a success', () => {
    expect(isSuccess({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
    expect(isSuccess({ passed: 1, failed: 0, skipped: 0 })).toBe(true);
    expect(isSuccess({ passed: 1, failed: 1, skipped: 0 })).toBe(false);
  });
});

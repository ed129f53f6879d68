import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../shared/run/run.ts';
import { asItIs } from '../../../main/services/studies/runs-service.ts';
import { countRuns, studyState } from '../../../main/services/studies/study-state.ts';

describe('studyState', () => {
  it.each([
    [[], 'draft'],
    [['succeeded', 'running', 'failed'], 'running'],
    [['queued', 'paused'], 'running'],
    [['succeeded', 'paused', 'failed'], 'paused'],
    [['interrupted', 'failed'], 'interrupted'],
    [['succeeded', 'failed', 'cancelled'], 'failed'],
    [['succeeded', 'cancelled'], 'cancelled'],
    [['succeeded', 'succeeded'], 'finished'],
  ] as const)('%j is %s', (states, state) => {
    expect(studyState(states)).toBe(state);
  });

  it('counts every run once', () => {
    const counts = countRuns([
      'queued',
      'running',
      'pausing',
      'paused',
      'cancelled',
      'succeeded',
      'failed',
      'interrupted',
    ]);
    expect(counts).toEqual({ total: 8, succeeded: 1, failed: 1, running: 2, queued: 1, other: 3 });
  });
});

describe('asItIs', () => {
  const run = { state: 'running', error: null } as RunSummary;
  it('calls a run interrupted when the host that ran it is gone', () => {
    expect(asItIs(run, () => true)).toBe(run);
    expect(asItIs(run, () => false)).toMatchObject({
      state: 'interrupted',
      error: { action: expect.any(String) as string },
    });
    const paused = { ...run, state: 'paused' } as RunSummary;
    expect(asItIs(paused, () => false)).toBe(paused);
  });
});

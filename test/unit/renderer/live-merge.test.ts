import { describe, expect, it } from 'vitest';
import { mergeCurves, mergeEvents, mergeRun } from '../../../renderer/state/studies/live-merge.ts';
import type { MetricEvent, RunSummary } from '../../../shared/run/run.ts';

const step = (at: number, loss = at): MetricEvent => ({
  type: 'step',
  step: at,
  epoch: 0,
  loss,
  learningRate: 1e-3,
  stepMs: 10,
  waitMs: 0,
  decodedImages: 0,
  decodeMs: 0,
  augmentMs: 1,
});
const run = (id: string): RunSummary => ({
  id,
  studyId: 's',
  armId: `arm-${id}`,
  model: 'cbr-tiny',
  initLabel: 'random',
  trainSize: 'all',
  seed: 3,
  state: 'queued',
  attempts: 1,
  progress: null,
  error: null,
  result: null,
});

describe('live stream', () => {
  it('changes one run and leaves the list that it was given', () => {
    const runs = [run('a'), run('b')];
    const progress = { phase: 'training', done: 1, total: 2, etaSeconds: null } as const;
    const next = mergeRun(runs, { type: 'progress', runId: 'b', progress });
    expect(next[1]?.progress).toEqual(progress);
    expect(runs[1]?.progress).toBeNull();
    expect(next[0]).toBe(runs[0]);
    const running = { ...run('a'), state: 'running' as const };
    expect(mergeRun(runs, { type: 'state', runId: 'a', run: running })[0]).toBe(running);
  });

  it('takes a repeated step once, the later report of it, in order', () => {
    const merged = mergeEvents([step(1), step(2)], [step(3), step(2, 9)]);
    expect(merged.map((event) => [event.step, event.loss])).toEqual([
      [1, 1],
      [2, 9],
      [3, 3],
    ]);
  });

  it('starts a curve for a run that had none', () => {
    const curves = mergeCurves([], [{ runId: 'a', metric: step(1) }], [run('a')]);
    expect(curves).toEqual([{ runId: 'a', armId: 'arm-a', seed: 3, events: [step(1)] }]);
    expect(mergeCurves([], [{ runId: 'gone', metric: step(1) }], [run('a')])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan, planAuc } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { runBootstrap } from '../../../main/resampling/run-bootstrap.ts';
import { RandomStream } from '../../../shared/system/random.ts';

function sample(items: number, draws: number) {
  const stream = new RandomStream(1, 'run-bootstrap');
  const labels = Array.from({ length: items }, () => (stream.uniform() < 0.3 ? 1 : 0));
  const scores = labels.map((label) => label + stream.normal());
  const patients = indexPatients(labels.map((_, item) => item >> 1));
  const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels], draws });
  return { plan, read: planAuc(plan, { labels, scores }) };
}

describe('runBootstrap', () => {
  it('gives the same draws, to the bit, for every number of threads', async () => {
    const { plan, read } = sample(300, 101);
    const here = read(bootstrapHere(plan.job())).perDraw;
    for (const threads of [0, 1, 3]) {
      const progress: [number, number][] = [];
      const draws = await runBootstrap({
        job: plan.job(),
        threads,
        onProgress: (done, total) => progress.push([done, total]),
      });
      expect(read(draws).perDraw).toEqual(here);
      expect(progress[0]).toEqual([0, 101]);
      expect(progress.at(-1)).toEqual([101, 101]);
    }
  });

  it.each([0, 2])('stops when it is cancelled (%i threads)', async (threads) => {
    const { plan } = sample(20_000, 100_000);
    const controller = new AbortController();
    let seen = 0;
    const work = runBootstrap({
      job: plan.job(),
      threads,
      signal: controller.signal,
      onProgress: (done) => {
        seen = done;
        if (done > 0) controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(100_000);
  });

  it('does not start when it was cancelled before', async () => {
    const { plan } = sample(100, 2000);
    const work = runBootstrap({ job: plan.job(), threads: 1, signal: AbortSignal.abort() });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});

import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/system/errors.ts';
import type { Job } from '../../../shared/system/system.ts';
import { createJobsService, estimateEtaSeconds } from '../../../main/services/system/jobs.ts';

function createGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('jobs', () => {
  it('runs work and keeps its result', async () => {
    const jobs = createJobsService();
    const job = jobs.start('phantom', 'Making data', ({ progress }) => {
      progress(3, 10);
      return Promise.resolve({ folder: 'x' });
    });
    expect(job).toMatchObject({ kind: 'phantom', title: 'Making data', state: 'running', result: null, error: null });
    expect(await jobs.ended(job.id)).toMatchObject({
      state: 'succeeded',
      done: 10,
      total: 10,
      result: { folder: 'x' },
    });
    expect(jobs.list().map((listed) => listed.id)).toEqual([job.id]);
  });

  it('says in words what it is at, and nothing any more at its end', async () => {
    const jobs = createJobsService();
    const gate = createGate();
    const { id } = jobs.start('preview', 'Reading', async ({ progress }) => {
      progress(12, 0, '10 files in 2 folders so far');
      await gate.opened;
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(jobs.get(id)).toMatchObject({ done: 12, total: 0, note: '10 files in 2 folders so far', etaSeconds: null });
    gate.open();
    expect(await jobs.ended(id)).toMatchObject({ state: 'succeeded', note: null });
  });

  it('bounds what runs at once, for each kind', async () => {
    const jobs = createJobsService();
    const gate = createGate();
    const start = (kind: 'verify' | 'import') => jobs.start(kind, 'Working', () => gate.opened);
    const started = [1, 2, 3, 4].map(() => start('verify'));
    expect(() => start('verify')).toThrow('Expected at most 4 of these at once, and so many are under way.');
    started.push(start('import'));
    gate.open();
    await Promise.all(started.map(({ id }) => jobs.ended(id)));
    expect((await jobs.ended(start('verify').id)).state).toBe('succeeded');
  });

  it('is rid of work that never ends, once it is cancelled', async () => {
    const jobs = createJobsService({ cancelGraceMs: 1 });
    const { id } = jobs.start('import', 'Waiting', () => new Promise(() => undefined));
    jobs.cancel(id);
    expect((await jobs.ended(id)).state).toBe('cancelled');
    jobs.start('import', 'Waiting', () => new Promise(() => undefined));
    await jobs.close();
  });

  it('keeps few previews, and never forgets one that runs', async () => {
    const jobs = createJobsService();
    const gate = createGate();
    const running = jobs.start('preview', 'Reading', () => gate.opened);
    const other = jobs.start('verify', 'Checking', () => Promise.resolve());
    for (let i = 0; i < 8; i++) await jobs.ended(jobs.start('preview', `${i}`, () => Promise.resolve(i)).id);
    expect(jobs.list().map(({ title }) => title)).toEqual(['Reading', 'Checking', '4', '5', '6', '7']);
    gate.open();
    await Promise.all([jobs.ended(running.id), jobs.ended(other.id)]);
  });

  it('keeps the error of work that fails', async () => {
    const jobs = createJobsService();
    const { id } = jobs.start('import', 'Importing', () =>
      Promise.reject(new AppError('bad-input', 'Expected a CSV, got none.', { action: 'Choose one.' })),
    );
    const job = await jobs.ended(id);
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({ code: 'bad-input', message: 'Expected a CSV, got none.', action: 'Choose one.' });
  });

  it('cancels: the signal is aborted, and a cancelled job is no error', async () => {
    const jobs = createJobsService();
    const { id } = jobs.start('import', 'Importing', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    await Promise.resolve();
    jobs.cancel(id);
    expect(await jobs.ended(id)).toMatchObject({ state: 'cancelled', error: null });
  });

  it('leaves an ended job as it is when it is cancelled too late', async () => {
    const jobs = createJobsService();
    const { id } = jobs.start('import', 'Importing', () => Promise.resolve(1));
    await jobs.ended(id);
    jobs.cancel(id);
    expect(jobs.get(id).state).toBe('succeeded');
  });

  it('names an unknown job', () => {
    expect(() => createJobsService().get('nope')).toThrow(/Expected the id of a job/);
  });

  it('shows a watcher every job as it stands and every end', async () => {
    const jobs = createJobsService({ intervalMs: 1 });
    const first = jobs.start('phantom', 'First', () => Promise.resolve(1));
    await jobs.ended(first.id);
    const gate = createGate();
    const abort = new AbortController();
    const seen: Job[] = [];
    const reading = (async () => {
      for await (const job of jobs.watch(abort.signal)) {
        seen.push(job);
        if (job.title === 'Second' && job.state === 'succeeded') abort.abort();
      }
    })();
    const second = jobs.start('phantom', 'Second', async ({ progress }) => {
      for (let i = 1; i <= 1000; i++) progress(i, 1000);
      await gate.opened;
    });
    await Promise.resolve();
    gate.open();
    await reading;
    expect(seen[0]).toMatchObject({ id: first.id, state: 'succeeded' });
    expect(seen.at(-1)).toMatchObject({ id: second.id, state: 'succeeded', done: 1000 });
    expect(seen.length).toBeLessThan(20);
  });

  it('cancels and waits for what runs when it is closed', async () => {
    const jobs = createJobsService();
    let stopped = false;
    const { id } = jobs.start('import', 'Importing', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stopped = true;
      throw new Error('stopped');
    });
    await Promise.resolve();
    await jobs.close();
    expect(stopped).toBe(true);
    expect(jobs.get(id).state).toBe('cancelled');
  });
});

describe('estimateEtaSeconds', () => {
  it.each([
    [{ elapsedMs: 10_000, done: 25, total: 100 }, 30],
    [{ elapsedMs: 10_000, done: 100, total: 100 }, 0],
    [{ elapsedMs: 500, done: 25, total: 100 }, null],
    [{ elapsedMs: 10_000, done: 0, total: 100 }, null],
    [{ elapsedMs: 10_000, done: 5, total: 0 }, null],
    [{ elapsedMs: 20_000, done: 1, total: 250_000 }, null],
  ])('%o -> %s', (params, expected) => {
    expect(estimateEtaSeconds(params)).toBe(expected);
  });
});

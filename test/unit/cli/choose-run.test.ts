import { expect, test } from 'vitest';
import { chooseRun } from '../../../main/cli/weights/weights.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { RunSummary } from '../../../shared/run/run.ts';

const RUNS = [
  { id: 'a0', armId: 'cbr-tiny/random/all', seed: 0, state: 'succeeded' },
  { id: 'a1', armId: 'cbr-tiny/random/all', seed: 1, state: 'succeeded' },
  { id: 'b0', armId: 'cbr-small/random/all', seed: 0, state: 'succeeded' },
  { id: 'b1', armId: 'cbr-small/random/all', seed: 1, state: 'failed' },
] as RunSummary[];

function servicesWith(runs: RunSummary[]): Parameters<typeof chooseRun>[0] {
  return {
    runs: {
      get: (id: string) => {
        const run = runs.find((one) => one.id === id);
        if (run === undefined) throw new AppError('not-found', 'No run of this id.');
        return run;
      },
      list: () => runs,
    },
    studies: { find: () => 'study' },
  } as unknown as Parameters<typeof chooseRun>[0];
}

const refusal = (flags: Parameters<typeof chooseRun>[2], runs = RUNS): string => {
  try {
    chooseRun(servicesWith(runs), 'study', flags);
  } catch (error) {
    if (error instanceof AppError) return `${error.message} ${error.action}`;
  }
  throw new Error('Expected a refusal.');
};

test('a run is chosen by id, or as the one finished run that arm and seed leave over', () => {
  expect(chooseRun(servicesWith(RUNS), 'b1', {}).id).toBe('b1');
  expect(chooseRun(servicesWith(RUNS), 'study', { arm: 'cbr-small/random/all' }).id).toBe('b0');
  expect(chooseRun(servicesWith(RUNS), 'study', { arm: 'cbr-tiny/random/all', seed: '1' }).id).toBe('a1');
});

test('none or several are refused with the finished runs that there are', () => {
  expect(refusal({ arm: 'cbr-small' })).toContain(
    'Finished are: cbr-tiny/random/all seed 0; cbr-tiny/random/all seed 1; cbr-small/random/all seed 0.',
  );
  expect(refusal({ arm: 'cbr-tiny/random/all' })).toContain('found 2 finished ones');
  expect(refusal({}, [])).toContain('No run of this study has finished yet.');
});

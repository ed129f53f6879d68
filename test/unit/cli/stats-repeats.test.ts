import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, peers } from '../analysis/peers.ts';
import { json, stats } from './stats-runner.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
const file = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = makeTemporaryFolder('stats');
});

describe('stats repeats', () => {
  const write = (name: string, lines: string[]): string => {
    fs.writeFileSync(file(name), lines.join('\n'));
    return file(name);
  };
  interface Repeats {
    comparisons: {
      a: string;
      repeats: number;
      leftOut: number;
      t: { t: number; df: number; p: number };
      signedRank: { p: number; why: string | null };
    }[];
  }

  it('gives the paired t-test over matched seeds, and says what five of them cannot tell', async () => {
    // t with 4 degrees of freedom has a closed form: F(t) = 1/2 + 3/8 t / sqrt(1 + t²/4) (1 - t²/(1 + t²/4)/12).
    const table = write('seeds.csv', [
      'seed,gabor,random',
      ...['0,0.81,0.8', '1,0.82,0.8', '2,0.83,0.8', '3,0.85,0.81', '4,0.84,0.79', '5,0.9,'],
    ]);
    const { comparisons } = await json<Repeats>('repeats', table);
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({ a: 'gabor', repeats: 5, leftOut: 1 });
    expectClose(comparisons[0]?.t.t, 4.242640687119285, 1e-9);
    expectClose(comparisons[0]?.t.p, 0.01323559956368281);
    expect(comparisons[0]?.signedRank.p).toBe(0.0625);
    expect((await stats('repeats', table)).stdout).toContain('cannot give a p-value below 0.0625');
  });

  it('corrects for the overlap of random splits', async () => {
    const { differences, train, test, t, p } = peers.nadeau_bengio;
    const table = write('splits.csv', ['split,a,b', ...differences.map((d: number, i: number) => `${i},${d},0`)]);
    const sizes = ['--train', String(train), '--test', String(test)];
    const { comparisons } = await json<Repeats>('repeats', table, ...sizes);
    expectClose(comparisons[0]?.t.t, t);
    expectClose(comparisons[0]?.t.p, p);
    const half = await stats('repeats', table, '--train', String(train));
    expect(half.stderr).toContain('Expected --train and --test together');
  });

  it('reads the runs.csv of a report, matched by seed', async () => {
    const table = write('runs.csv', [
      'run_id,arm_id,seed,state,endpoint_id,auc',
      ...['r1,m/random/all,0,succeeded,e,0.7', 'r2,m/random/all,1,succeeded,e,0.72', 'r3,m/random/all,2,failed,,'],
      ...['r4,m/gabor/all,1,succeeded,e,0.75', 'r5,m/gabor/all,0,succeeded,e,0.71', 'r6,m/gabor/all,2,succeeded,e,0.7'],
    ]);
    const { comparisons } = await json<Repeats>('repeats', table);
    expect(comparisons[0]).toMatchObject({ a: 'm/random/all', repeats: 2, leftOut: 1 });
    expectClose(comparisons[0]?.t.t, -2, 1e-9);
    const wrong = await stats('repeats', table, '--endpoint', 'other');
    expect(wrong.stderr).toContain('Expected one of the endpoints "e"');
  });

  it('refuses one way to train, and a cell that is no number', async () => {
    expect((await stats('repeats', write('one.csv', ['seed,a', '0,1']))).stderr).toContain(
      'at least two ways to train',
    );
    const table = write('word.csv', ['a,b', '1,2', 'x,3']);
    expect((await stats('repeats', table)).stderr).toContain('found "x" in row 3, column "a"');
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../main/cli/context.ts';
import { createOutput } from '../../../main/cli/output/output.ts';
import { registerCca, type CcaComparison } from '../../../main/cli/stats/cca.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
const stream = new RandomStream(1, 'stats-cca');
const a = Float32Array.from({ length: 3 * 40 }, () => stream.normal());
const b = Float32Array.from({ length: 4 * 40 }, (_, i) => (i < 120 ? (a[i] as number) : 0) + 0.5 * stream.normal());

function write(name: string, shape: number[], values: Float32Array): string {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117) + '\n';
  const start = Buffer.from('\u0093NUMPY\u0001\u0000', 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.concat([start, length, Buffer.from(header), Buffer.from(values.buffer)]));
  return file;
}

/** neurons x datapoints as datapoints x neurons. */
function turned(values: Float32Array, neurons: number): Float32Array {
  const points = values.length / neurons;
  return values.map((_, i) => values[(i % neurons) * points + Math.floor(i / neurons)] as number);
}

function run(json: boolean, ...args: string[]): string {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerCca(program, { out: createOutput({ json, stdout, stderr: stdout }) } as unknown as CliContext);
  program.parse(['cca', ...args], { from: 'user' });
  return text;
}
const compare = (...args: string[]): CcaComparison => JSON.parse(run(true, ...args)) as CcaComparison;

beforeAll(() => (folder = makeTemporaryFolder('stats-cca')));

describe('stats cca', () => {
  it('compares two arrays, by more measures where asked', () => {
    const [x, y] = [write('a.npy', [3, 40], a), write('b.npy', [4, 40], b)];
    const plain = compare(x, y);
    expect(plain).toMatchObject({
      a: { neurons: 3 },
      b: { neurons: 4 },
      datapoints: 40,
      svcca: null,
      principalAngles: null,
    });
    expect(plain.cca.coefficients).toHaveLength(3);
    const all = compare(x, y, '--svcca', '--angles');
    expect(all.cca).toEqual(plain.cca);
    expect(all.svcca?.directionsX).toBe(3);
    all.principalAngles?.cosines.forEach((value, i) =>
      expect(value).toBeCloseTo(plain.cca.coefficients[i] as number, 6),
    );
    const text = run(false, x, y, '--svcca');
    expect(text).toContain('3 and 4 neurons on 40 datapoints.');
    expect(text).toContain(`CCA similarity ${plain.cca.mean.toFixed(4)} (mean of 3 coefficients)`);
  });

  it('takes activations of a convolution, channels last', () => {
    const plain = compare(write('a.npy', [3, 40], a), write('b.npy', [4, 40], b));
    const images = compare(
      write('x.npy', [5, 2, 4, 3], turned(a, 3)),
      write('y.npy', [5, 2, 4, 4], turned(b, 4)),
      '--channels-last',
    );
    expect(images).toEqual(plain);
  });

  it('says what it expected', () => {
    const x = write('a.npy', [3, 40], a);
    const map = write('map.npy', [5, 2, 4, 3], a);
    expect(() => run(true, x, map)).toThrow('neurons x datapoints, got one with 4 (5 x 2 x 4 x 3)');
    expect(() => run(true, x, write('short.npy', [3, 39], a.slice(0, 117)))).toThrow('got 40 and 39 datapoints');
    expect(() => run(true, x, x, '--threshold', '2')).toThrow('from 0 to 1');
  });
});

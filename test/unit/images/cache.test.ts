import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ImageCache } from '../../../main/images/cache.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const writer = fileURLToPath(new URL('./cache-writer.ts', import.meta.url));

function startWriter(
  folder: string,
  { images, size }: { images: number; size: number },
  first: 0 | 1,
  endless = false,
) {
  const values = [folder, images, size, first, endless ? 'endless' : 'whole'].map(String);
  return spawn(process.execPath, [writer, ...values], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('ImageCache', () => {
  it('has the documented files and states', () => {
    const folder = join(makeTemporaryFolder(), 'd-8');
    const cache = ImageCache.open(folder, { images: 3, size: 8 });
    expect([0, 1, 2].map((i) => cache.state(i))).toEqual([0, 0, 0]);
    const pixels = Uint8Array.from({ length: 192 }, (_, i) => i);
    cache.write(1, pixels);
    cache.write(2, null);
    expect([0, 1, 2].map((i) => cache.state(i))).toEqual([0, 1, 2]);
    expect(cache.counts()).toEqual([1, 1, 1]);
    expect([...readFileSync(join(folder, 'done.bin'))]).toEqual([0, 1, 2]);
    expect(statSync(join(folder, 'images.bin')).size).toBe(3 * 192);
    expect(readFileSync(join(folder, 'images.bin')).subarray(192, 384)).toEqual(Buffer.from(pixels));
    const into = new Uint8Array(200);
    cache.read(1, into, 5);
    expect([...into.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2]);
    expect(into[196]).toBe(191);
    expect(() => cache.state(3)).toThrow(RangeError);
    expect(() => cache.write(0, new Uint8Array(5))).toThrow(RangeError);
    cache.close();
    const again = ImageCache.open(folder, { images: 3, size: 8 });
    expect(again.counts()).toEqual([1, 1, 1]);
    again.close();
  });

  it('shows one opener what another has written', () => {
    const folder = makeTemporaryFolder();
    const a = ImageCache.open(folder, { images: 4, size: 4 });
    const b = ImageCache.open(folder, { images: 4, size: 4 });
    a.write(3, new Uint8Array(48).fill(7));
    expect(b.state(3)).toBe(1);
    const into = new Uint8Array(48);
    b.read(3, into);
    expect(into).toEqual(new Uint8Array(48).fill(7));
    a.close();
    b.close();
  });

  it('declares nothing that the pixel file does not hold', () => {
    const folder = makeTemporaryFolder();
    const cache = ImageCache.open(folder, { images: 4, size: 4 });
    for (let i = 0; i < 4; i++) cache.write(i, new Uint8Array(48).fill(i + 1));
    cache.close();
    truncateSync(join(folder, 'images.bin'), 100);
    const cut = ImageCache.open(folder, { images: 4, size: 4 });
    expect(cut.counts()).toEqual([4, 0, 0]);
    cut.write(0, new Uint8Array(48));
    cut.close();
    const other = ImageCache.open(folder, { images: 6, size: 4 });
    expect(other.counts()).toEqual([6, 0, 0]);
    other.close();
    writeFileSync(join(folder, 'done.bin'), Uint8Array.of(1, 9, 1, 0, 0, 0));
    const odd = ImageCache.open(folder, { images: 6, size: 4 });
    expect(odd.state(1)).toBe(0);
    odd.close();
  });

  it('sees pixels that were damaged, and has them decoded anew', () => {
    const folder = makeTemporaryFolder();
    const shape = { images: 3, size: 4 };
    const cache = ImageCache.open(folder, shape);
    for (let i = 0; i < 3; i++) cache.write(i, new Uint8Array(48).fill(i + 1));
    cache.close();
    const bytes = readFileSync(join(folder, 'images.bin'));
    bytes[50] = 99;
    writeFileSync(join(folder, 'images.bin'), bytes);
    const damaged = ImageCache.open(folder, shape);
    const into = new Uint8Array(48);
    damaged.read(0, into);
    expect(() => damaged.read(1, into)).toThrow('is damaged');
    expect(damaged.counts()).toEqual([1, 2, 0]);
    damaged.write(1, new Uint8Array(48).fill(2));
    damaged.read(1, into);
    expect(into).toEqual(new Uint8Array(48).fill(2));
    damaged.close();
    rmSync(join(folder, 'sums.bin'));
    const unproved = ImageCache.open(folder, shape);
    expect(unproved.counts()).toEqual([3, 0, 0]);
    unproved.close();
  });

  it('survives kill -9 of two writers at any moment: every declared image is whole', async () => {
    const shape = { images: 400, size: 96 };
    let folder = '';
    for (const enough of [1, 20, 50, 100]) {
      folder = makeTemporaryFolder();
      const writers = ([0, 1] as const).map((first) => startWriter(folder, shape, first, true));
      const ends = writers.map((child) => once(child, 'exit'));
      let told = 0;
      for (const child of writers) {
        child.stdout.on('data', (chunk: Buffer) => {
          told += chunk.length;
          if (told >= enough) writers.forEach((each) => each.kill('SIGKILL'));
        });
      }
      expect(await Promise.all(ends)).toEqual([
        [null, 'SIGKILL'],
        [null, 'SIGKILL'],
      ]);
      const cache = ImageCache.open(folder, shape);
      expect(cache.counts()[1]).toBeGreaterThanOrEqual(enough);
      const into = new Uint8Array(cache.stride);
      for (let i = 0; i < shape.images; i++) {
        if (cache.state(i) === 0) continue;
        cache.read(i, into);
        expect(into.every((value) => value === (i % 255) + 1)).toBe(true);
      }
      cache.close();
    }
    const last = ([0, 1] as const).map((first) => startWriter(folder, shape, first));
    await Promise.all(last.map((child) => once(child, 'exit')));
    const cache = ImageCache.open(folder, shape);
    expect(cache.counts()).toEqual([0, 400, 0]);
    cache.close();
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { folder, library, opened, rewrite, source, text, zip } from './bundle-library.ts';

describe('a hostile or damaged bundle is refused and leaves nothing behind', () => {
  beforeEach(() => source.bundles.export({ studyId: 's1', file: zip }));

  async function refused(message: string): Promise<void> {
    const other = await library(`other-${opened.length}`);
    await expect(other.bundles.open({ file: zip })).rejects.toThrow(message);
    expect(other.store.studies.list()).toEqual([]);
    expect(fs.existsSync(other.paths.study('s1'))).toBe(false);
  }

  it.each(['../evil.txt', '/etc/evil', 'runs/../../evil/metrics.jsonl', 'C:\\evil', 'runs\\..\\evil'])(
    'path %s',
    async (name) => {
      rewrite((parts) => (parts[name] = strToU8('x')));
      await refused('outside of its folder');
      expect(fs.existsSync(path.join(folder, 'evil.txt'))).toBe(false);
    },
  );
  it('a file that no bundle has', async () => {
    rewrite((parts) => (parts['run.sh'] = strToU8('x')));
    await refused('a file that no study bundle has');
  });
  it('a file that bundle.json does not list', async () => {
    rewrite((parts) => (parts['report/more.html'] = strToU8('x')));
    await refused('report/more.html is not listed in bundle.json');
  });
  it('a changed file', async () => {
    rewrite((parts) => (parts['runs/random-0/predictions.csv'] = strToU8('x')), { keepSums: true });
    await refused('runs/random-0/predictions.csv was changed');
  });
  it('a missing file', async () => {
    rewrite((parts) => delete parts['split.csv'], { keepSums: true });
    await refused('split.csv is missing');
  });
  it('labels that are not those of the content hash', async () => {
    rewrite((parts) => (parts['split.csv'] = strToU8(text(parts['split.csv']).replace('l100', 'l001'))));
    await refused('do not have the content hash');
  });
  it('predictions of other images', async () => {
    const name = 'runs/random-0/predictions.csv';
    rewrite((parts) => (parts[name] = strToU8(text(parts[name]).replace('t3,', 'u3,'))));
    await refused('does not fit split.csv');
  });
  it.each(['7.99', '-0.1', 'NaN'])('a probability of %s', async (value) => {
    const name = 'runs/random-0/predictions.csv';
    rewrite((parts) => (parts[name] = strToU8(text(parts[name]).replace(/[\d.e-]+\n$/, `${value}\n`))));
    await refused('probabilities from 0 to 1');
  });
  it('ids that would be paths', async () => {
    rewrite((parts) => {
      for (const name of ['bundle.json', 'study.json'])
        parts[name] = strToU8(text(parts[name]).replaceAll('"s1"', '"../s1"'));
    });
    await refused('Expected an id');
  });
  it.each([
    ['a name of 100,000 characters', 'x'.repeat(100_000), 'holds a text of 100,000 characters'],
    ['a name longer than a specification may have', 'x'.repeat(161), 'study.name'],
    ['an escape sequence in a name', '\\u001b[2Jx', 'a text with control characters'],
    ['a NUL in a name', 'x\\u0000', 'a text with control characters'],
    ['a name that turns the line around', '\u202excod', 'a text with control characters'],
  ])('%s', async (_, name, message) => {
    rewrite((parts) => {
      const study = text(parts['study.json']);
      const old = (JSON.parse(study) as { study: { name: string } }).study.name;
      parts['study.json'] = strToU8(study.replace(JSON.stringify(old), `"${name}"`));
    });
    await refused(message);
  });
  it('probabilities beyond 1', async () => {
    const name = 'runs/random-0/predictions.csv';
    rewrite((parts) => (parts[name] = strToU8(text(parts[name]).replace(/,[\d.e-]+\n/, ',7.99\n'))));
    await refused('predictions.csv is missing or cannot be read');
  });
  it('a newer schema', async () => {
    rewrite(
      (parts) => (parts['bundle.json'] = strToU8(text(parts['bundle.json']).replace('"schema": 1', '"schema": 2'))),
    );
    await refused('it has schema 2, this version reads schema 1');
  });
  it('another zip file, another file, no file', async () => {
    fs.writeFileSync(zip, zipSync({ 'README.txt': strToU8('x') }));
    await refused('no bundle.json');
    fs.writeFileSync(zip, 'hello');
    await refused('not a zip file');
    fs.rmSync(zip);
    await refused('found no file of that name');
  });
  it('half a zip file', async () => {
    fs.writeFileSync(zip, fs.readFileSync(zip).subarray(0, 3000));
    await refused('damaged or cut short');
  });
  it('a result that differs is told, not hidden', async () => {
    rewrite(
      (parts) => (parts['results.json'] = strToU8(text(parts['results.json']).replace(/"auc": 0\.\d/, '"auc": 0.0'))),
    );
    const found = await (await library('other')).bundles.open({ file: zip });
    expect(found.bundle.recomputed.different).toBe(1);
  });
});

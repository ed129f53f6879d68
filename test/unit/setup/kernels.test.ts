import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  compile,
  kernelSources,
  KERNELS,
  KERNELS_STATE,
  OPTIONS_OF,
  tryOut,
} from '../../../scripts/setup/tensorflow/kernels.mjs';
import { bindingFolder } from '../../../main/engine/tf.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const addonHere = path.join(bindingFolder(), KERNELS);
let folder = '';
beforeEach(() => void (folder = makeTemporaryFolder('kernels')));
afterEach(() => vi.unstubAllEnvs());

describe('kernelSources', () => {
  it('are all of them on x86-64, and those without its instruction sets elsewhere', () => {
    expect(kernelSources('x64')).toEqual(expect.arrayContaining(Object.keys(OPTIONS_OF)));
    const arm = kernelSources('arm64');
    expect(arm).toContain('instruction-set-plain.cc');
    expect(arm.some((name) => name in OPTIONS_OF)).toBe(false);
  });
});

/**
 * A compiler that writes empty objects and, as the linker, the names of those that it is given; it cannot do what `cannot` matches.
 * @returns what `compile` kept of it: the state, and the linked names
 */
async function compileWith(
  cannot: string,
  trial?: () => Promise<string | null>,
): Promise<{ state: Record<string, unknown>; linked: string[] }> {
  const compiler = path.join(folder, 'compiler');
  const lines = [
    '#!/bin/sh',
    `case "$*" in *${cannot}*) echo "unrecognized option: ${cannot}" >&2; exit 1;; esac`,
    'last=; out=; objects=',
    'for word; do [ "$last" = -o ] && out="$word"; case "$word" in *.cc.o) objects="$objects $(basename "$word")";; esac; last="$word"; done',
    'case "$*" in *-shared*) echo "$objects" > "$out";; *) : > "$out";; esac',
  ];
  fs.writeFileSync(compiler, `${lines.join('\n')}\n`, { mode: 0o755 });
  vi.stubEnv('CXX', compiler);
  const place = path.join(folder, 'kernels-test');
  await compile(place, path.join(folder, 'runtime'), trial);
  const state = JSON.parse(fs.readFileSync(path.join(place, KERNELS_STATE), 'utf8')) as Record<string, unknown>;
  const addon = path.join(place, KERNELS);
  return { state, linked: fs.existsSync(addon) ? fs.readFileSync(addon, 'utf8').trim().split(/\s+/) : [] };
}

describe('tryOut', () => {
  it.runIf(fs.existsSync(addonHere))('is content with the addon of this machine', async () => {
    expect(await tryOut(addonHere)).toBeNull();
  });

  it('tells why one does not load', async () => {
    const addon = path.join(folder, 'broken.node');
    fs.writeFileSync(addon, 'no addon');
    expect(await tryOut(addon)).toMatch(/^the compiled addon does not work here: Error: .*broken\.node/);
  });
});

describe('compile', () => {
  it('links all sources of this architecture', async () => {
    const { state, linked } = await compileWith('-no-such-option');
    expect(state).toEqual({ built: true });
    expect(linked).toEqual(kernelSources(process.arch).map((name) => `${path.basename(name)}.o`));
  });

  it.runIf(process.arch === 'x64').each([
    ['-mavx512f', ['avx512']],
    ['-mfma', ['avx2', 'avx512']],
  ])('a compiler without %s loses %j and keeps the others', async (option, lost) => {
    const { state, linked } = await compileWith(option);
    expect(state.built).toBe(true);
    expect(Object.keys(state.without as object).toSorted()).toEqual(lost);
    expect(JSON.stringify(state.without)).toContain(`unrecognized option: ${option}`);
    const kept = kernelSources('x64').filter((name) => !lost.some((set) => name === `instruction-set-${set}.cc`));
    expect(linked).toEqual(kept.map((name) => `${path.basename(name)}.o`));
  });

  it('an addon that does not work on trial is not kept, and its reason is', async () => {
    const { state, linked } = await compileWith('-no-such-option', () => Promise.resolve('it died'));
    expect(state).toEqual({ built: false, reason: 'it died' });
    expect(linked).toEqual([]);
  });

  it('without the plain instruction set there is no addon', async () => {
    const { state, linked } = await compileWith('instruction-set-plain.cc');
    expect(state).toMatchObject({ built: false, reason: expect.stringContaining('unrecognized option') as string });
    expect(linked).toEqual([]);
  });

  it('keeps why it failed, and leaves no addon and no leftovers', async () => {
    vi.stubEnv('CXX', path.join(folder, 'no-such-compiler'));
    const place = path.join(folder, 'kernels-test');
    await compile(place, path.join(folder, 'runtime'));
    const state = JSON.parse(fs.readFileSync(path.join(place, KERNELS_STATE), 'utf8')) as object;
    expect(state).toMatchObject({ built: false });
    expect(JSON.stringify(state)).toContain('no-such-compiler');
    expect(fs.existsSync(path.join(place, KERNELS))).toBe(false);
    expect(fs.readdirSync(folder)).toEqual(['kernels-test']);
  });
});

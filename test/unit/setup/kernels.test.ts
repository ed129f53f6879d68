import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  compile,
  kernelSources,
  KERNELS,
  KERNELS_STATE,
  OPTIONS_OF,
} from '../../../scripts/setup/tensorflow/kernels.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-kernels-'));
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('kernelSources', () => {
  it('are all of them on x86-64, and those without its instruction sets elsewhere', () => {
    expect(kernelSources('x64')).toEqual(expect.arrayContaining(Object.keys(OPTIONS_OF)));
    const arm = kernelSources('arm64');
    expect(arm).toContain('instruction-set-plain.cc');
    expect(arm.some((name) => name in OPTIONS_OF)).toBe(false);
  });
});

describe('compile', () => {
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

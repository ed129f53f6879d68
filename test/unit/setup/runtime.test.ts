/** The runtime made for real by Python, from wheels of a few bytes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPython, type Python } from '../../../scripts/setup/probe.mjs';
import { isRuntimeWhole, makeRuntime } from '../../../scripts/setup/tensorflow/runtime.mjs';
import type { Wheel } from '../../../scripts/setup/tensorflow/sources.mjs';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder = '';
let python: Python = { command: 'python3', args: [] };
beforeEach(async () => {
  folder = makeTemporaryFolder('setup-runtime');
  python = (await findPython()).python ?? python;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Packs a wheel by Python's own zipfile and returns its path. */
function packWheel(name: string, members: Record<string, string>): string {
  const file = path.join(folder, name);
  const script =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w")\nfor n,t in json.loads(sys.argv[2]).items(): z.writestr(n,t)\nz.close()';
  execFileSync(python.command, [...python.args, '-c', script, file, JSON.stringify(members)]);
  return file;
}

const MEMBERS = {
  'tensorflow/libtensorflow_cc.so.2': 'the library',
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
  'tensorflow/THIRD_PARTY_NOTICES.txt': 'notices',
  'tensorflow/include/tensorflow/c/c_api.h': '// header',
  'tensorflow/include/absl/strings/cord.h': '// not needed',
  'tensorflow/python/framework/ops.py': 'not needed',
};

function sourceFor(file: string, change: Partial<Wheel> = {}): Wheel {
  return {
    kind: 'wheel',
    version: '2.21.0',
    requirement: 'tensorflow-cpu==2.21.0',
    tag: 'manylinux_2_27_x86_64',
    file: path.basename(file),
    sha256: createHash('sha256').update(fs.readFileSync(file)).digest('hex'),
    downloadBytes: 1_000,
    unpackedBytes: 1_000,
    tried: true,
    extra: null,
    ...change,
  };
}

describe.skipIf(process.platform === 'win32')('makeRuntime', () => {
  it('unpacks what is needed, names the libraries for the linker, records what it is', async () => {
    const wheel = packWheel('tensorflow_cpu.whl', MEMBERS);
    vi.stubEnv('TRANSFUSION_TENSORFLOW_WHEEL', wheel);
    const cache = path.join(folder, 'cache');
    const runtime = path.join(cache, 'tensorflow-test');
    const leftovers = [
      path.join(cache, 'tensorflow-test.1-a.partial', 'x'),
      path.join(cache, 'downloads', 'old.whl', 'x'),
    ];
    for (const file of leftovers) fs.mkdirSync(file, { recursive: true });
    await makeRuntime({ source: sourceFor(wheel), device: 'cpu', cache, runtime, python });

    expect(isRuntimeWhole(runtime)).toBe(true);
    expect(fs.readdirSync(cache).filter((name) => name.includes('partial'))).toEqual([]);
    expect(leftovers.some((file) => fs.existsSync(file))).toBe(false);
    expect(fs.existsSync(wheel)).toBe(true);
    const libraries = path.join(runtime, 'tensorflow');
    expect(fs.readFileSync(path.join(libraries, 'libtensorflow.so'), 'utf8')).toBe('the library');
    expect(fs.existsSync(path.join(libraries, 'include', 'tensorflow', 'c', 'c_api.h'))).toBe(true);
    expect(fs.existsSync(path.join(libraries, 'include', 'absl'))).toBe(false);
    expect(fs.existsSync(path.join(libraries, 'python'))).toBe(false);
    expect(JSON.parse(fs.readFileSync(path.join(libraries, 'runtime.json'), 'utf8'))).toMatchObject({
      tensorflow: '2.21.0',
      device: 'cpu',
      sumWasPinned: true,
      libraries: { 'libtensorflow_cc.so.2': 11, 'libtensorflow_framework.so.2': 13 },
    });
  });

  it('does not take a runtime with a shortened library for whole', async () => {
    const wheel = packWheel('tensorflow_cpu.whl', MEMBERS);
    vi.stubEnv('TRANSFUSION_TENSORFLOW_WHEEL', wheel);
    const cache = path.join(folder, 'cache');
    const runtime = path.join(cache, 'tensorflow-test');
    await makeRuntime({ source: sourceFor(wheel), device: 'cpu', cache, runtime, python });
    fs.truncateSync(path.join(runtime, 'tensorflow', 'libtensorflow_cc.so.2'), 5);
    expect(isRuntimeWhole(runtime)).toBe(false);
    expect(isRuntimeWhole(path.join(cache, 'none'))).toBe(false);
  });

  it('refuses another file than the pinned one and leaves nothing in its place', async () => {
    const wheel = packWheel('tensorflow_cpu.whl', MEMBERS);
    const source = sourceFor(wheel);
    fs.appendFileSync(wheel, 'x');
    vi.stubEnv('TRANSFUSION_TENSORFLOW_WHEEL', wheel);
    const cache = path.join(folder, 'cache');
    const runtime = path.join(cache, 'tensorflow-test');
    await expect(makeRuntime({ source, device: 'cpu', cache, runtime, python })).rejects.toThrow('SHA-256');
    expect(fs.existsSync(runtime)).toBe(false);
  });

  it('asks pip for the files of one platform, and for the CUDA wheels that the wheel lists', async () => {
    const wheel = packWheel('tensorflow.whl', {
      ...MEMBERS,
      'tensorflow-2.21.0.dist-info/METADATA':
        'Name: tensorflow\nRequires-Dist: numpy\nRequires-Dist: nvidia-cudnn-cu12<10.0,>=9.3; extra == "and-cuda"\n',
    });
    const cudnn = packWheel('nvidia_cudnn_cu12-9.3-py3-none-manylinux_2_27_x86_64.whl', {
      'nvidia/cudnn/lib/libcudnn.so.9': 'cudnn',
      'nvidia_cudnn_cu12.dist-info/METADATA': 'Name: nvidia-cudnn-cu12',
    });
    const calls = path.join(folder, 'calls');
    // Stands in for `python -m pip download`; everything else is Python's own work.
    const standIn = path.join(folder, 'python');
    fs.writeFileSync(
      standIn,
      `#!/bin/sh\nif [ "$1 $2" != "-m pip" ]; then exec ${python.command} "$@"; fi\necho "$@" >> ${calls}\n` +
        `while [ "$1" != "--dest" ]; do shift; done\n` +
        `if grep -q nvidia ${calls}; then cp ${cudnn} "$2"; else cp ${wheel} "$2"; fi\n`,
      { mode: 0o755 },
    );
    const cache = path.join(folder, 'cache');
    const runtime = path.join(cache, 'tensorflow-test');
    const source = sourceFor(wheel, { requirement: 'tensorflow==2.21.0', extra: 'and-cuda' });
    await makeRuntime({ source, device: 'gpu', cache, runtime, python: { command: standIn, args: [] } });

    const [first = '', second = ''] = fs.readFileSync(calls, 'utf8').split('\n');
    expect(first).toContain('--no-deps --only-binary=:all:');
    expect(first).toContain('--platform manylinux_2_27_x86_64 tensorflow==2.21.0');
    expect(second).toContain('nvidia-cudnn-cu12<10.0,>=9.3');
    expect(second).not.toContain('numpy');
    expect(fs.readFileSync(path.join(runtime, 'nvidia', 'cudnn', 'lib', 'libcudnn.so.9'), 'utf8')).toBe('cudnn');
    expect(fs.readdirSync(runtime).sort()).toEqual(['nvidia', 'tensorflow']);
    const description = JSON.parse(fs.readFileSync(path.join(runtime, 'tensorflow', 'runtime.json'), 'utf8')) as {
      device: string;
      cuda: { file: string }[];
    };
    expect(description.device).toBe('gpu');
    expect(description.cuda.map(({ file }) => file)).toEqual([path.basename(cudnn)]);
    expect(fs.existsSync(path.join(cache, 'downloads'))).toBe(false);
  });
});

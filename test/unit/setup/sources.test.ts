import { describe, expect, it } from 'vitest';
import { describeMismatch } from '../../../scripts/setup/tensorflow/download.mjs';
import { extraRequirements } from '../../../scripts/setup/tensorflow/runtime.mjs';
import {
  bindingName,
  runtimeName,
  tensorflowSource,
  type Device,
  type Source,
} from '../../../scripts/setup/tensorflow/sources.mjs';

const sourceOf = (platform: string, arch: string, device: Device = 'cpu'): Source => {
  const source = tensorflowSource({ platform, arch, device });
  if (source === null) throw new Error('expected a source');
  return source;
};

describe('tensorflowSource', () => {
  it('is the pinned CPU wheel on Linux x86-64', () => {
    expect(sourceOf('linux', 'x64')).toMatchObject({
      requirement: 'tensorflow-cpu==2.21.0',
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      extra: null,
    });
  });

  it('pins a SHA-256 for every wheel', () => {
    const wheels = [sourceOf('linux', 'x64'), sourceOf('linux', 'arm64'), sourceOf('linux', 'x64', 'gpu')];
    for (const wheel of wheels) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(wheel.kind === 'wheel' && wheel.file.includes(wheel.tag)).toBe(true);
    }
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(3);
  });

  it('is the C library on Windows, of which no sum is known', () => {
    expect(sourceOf('win32', 'x64')).toMatchObject({ kind: 'archive', sha256: null, tried: false });
  });

  it.each<[string, string, Device]>([
    ['darwin', 'arm64', 'cpu'],
    ['win32', 'x64', 'gpu'],
    ['linux', 'arm64', 'gpu'],
    ['linux', 'ppc64', 'cpu'],
  ])('is null for %s %s %s', (platform, arch, device) => {
    expect(tensorflowSource({ platform, arch, device })).toBeNull();
  });

  it('names runtime and binding so that no two kinds share a folder', () => {
    const machine = { platform: 'linux', arch: 'x64', device: 'cpu' } as const;
    const runtime = runtimeName(machine, sourceOf('linux', 'x64'));
    expect(runtime).toBe('tensorflow-2.21.0-cpu-linux-x64');
    expect(bindingName(runtime, '4.22.0')).toBe('binding-tfjs-4.22.0-napi-v8-tensorflow-2.21.0-cpu-linux-x64');
  });
});

describe('describeMismatch', () => {
  it('accepts the pinned sum, and any where none is known', () => {
    const wheel = sourceOf('linux', 'x64');
    expect(describeMismatch(wheel, wheel.sha256 ?? '', 'the download')).toBeNull();
    expect(describeMismatch(sourceOf('win32', 'x64'), 'f00', 'the download')).toBeNull();
  });

  it('tells both sums and what to do', () => {
    const error = describeMismatch(sourceOf('linux', 'x64'), 'f00', 'the download');
    expect(error?.message).toContain('SHA-256 of the download');
    expect(error?.actions.join('\n')).toMatch(/expected 2b847d.*\nfound {4}f00\n/);
  });
});

describe('extraRequirements', () => {
  const metadata = [
    'Name: tensorflow',
    'Requires-Dist: absl-py>=1.0.0',
    'Requires-Dist: nvidia-cublas-cu12 (<13.0,>=12.5.3.2) ; extra == "and-cuda"',
    "Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == 'and-cuda'",
    'Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; (sys_platform != "win32") and extra == "gcs-filesystem"',
  ].join('\r\n');

  it('reads the wheels of one extra, as pip takes them', () => {
    expect(extraRequirements(metadata, 'and-cuda')).toEqual([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
    ]);
  });
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeReport } from '../../../main/cli/doctor.ts';
import { probeInProcess } from '../../../main/platform/machine-probe.ts';
import { buildChecks, outcomesOf, type DoctorFacts } from '../../../main/services/system/doctor-checks.ts';
import { PROBED_PARTS } from '../../../main/services/system/doctor-messages.ts';
import { examineMachine } from '../../../main/services/system/doctor.ts';
import type { DoctorCheck } from '../../../shared/system/system.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const GIB = 2 ** 30;
/** Longer than any process here takes, on the slowest machine. */
const NEVER_MS = 15 * 60_000;
const facts = (change: Partial<DoctorFacts> = {}): DoctorFacts => ({
  nodeVersion: '24.21.0',
  probe: [
    { part: 'database', ok: true, version: '3.54.1', device: null, tookMs: 5 },
    { part: 'images', ok: true, version: '0.35.5', device: null, tookMs: 5 },
    { part: 'tensorflow', ok: true, version: '2.21.0', device: 'cpu', tookMs: 900 },
  ],
  chosenDevice: 'cpu',
  threads: 8,
  processor: 'A processor',
  freeMemoryBytes: 8 * GIB,
  totalMemoryBytes: 16 * GIB,
  freeDiskBytes: 100 * GIB,
  writeProblem: null,
  home: '/library',
  ...change,
});
const check = (id: string, change: Partial<DoctorFacts>): DoctorCheck | undefined =>
  buildChecks(facts(change)).find((candidate) => candidate.id === id);

describe('buildChecks', () => {
  it('is content with a good machine', () => {
    const checks = buildChecks(facts());
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => 'ok'));
    expect(checks.every(({ action }) => action === null)).toBe(true);
  });

  it('fails without TensorFlow, for the device too, and says what to run', () => {
    const probe = facts().probe.map((outcome) =>
      outcome.part === 'tensorflow' ? ({ part: 'tensorflow', ok: false, reason: 'no library' } as const) : outcome,
    );
    expect(check('tensorflow', { probe })).toMatchObject({ status: 'failed', found: 'no library' });
    expect(check('tensorflow', { probe })?.action).toContain('npm start');
    expect(check('device', { probe })?.status).toBe('failed');
  });

  it('tells which native kernels run, and warns where there are none', () => {
    const withKernels = (found: { runs: string | null; reason: string | null; without?: string[] }) => {
      const kernels = { without: [], ...found };
      const outcome = { part: 'kernels', ok: true, version: 'none', device: null, kernels, tookMs: 5 } as const;
      return { probe: [...facts().probe, outcome] };
    };
    expect(check('kernels', withKernels({ runs: 'avx2', reason: null }))).toMatchObject({ status: 'ok', action: null });
    expect(check('kernels', withKernels({ runs: null, reason: null }))?.status).toBe('ok');
    const missing = check('kernels', withKernels({ runs: null, reason: 'no compiler' }));
    expect(missing?.status).toBe('warning');
    expect(missing?.found).toContain('no compiler');
    expect(missing?.action).toContain('g++');
    const narrower = check('kernels', withKernels({ runs: 'avx2', reason: null, without: ['avx512'] }));
    expect(narrower).toMatchObject({ status: 'ok', found: expect.stringContaining('could not make avx512') as string });
  });

  it('blames native kernels that die on themselves, not on TensorFlow, and says how to train without', () => {
    const reason = 'the process that tried it ended (signal SIGSEGV)';
    const probe = [...facts().probe, { part: 'kernels', ok: false, reason } as const];
    expect(check('tensorflow', { probe })?.status).toBe('ok');
    expect(check('device', { probe })?.status).toBe('ok');
    const kernels = check('kernels', { probe });
    expect(kernels).toMatchObject({ status: 'failed', found: expect.stringContaining('SIGSEGV') as string });
    expect(kernels?.action).toContain('TRANSFUSION_CONV=tensorflow');
  });

  it('says nothing of the kernels where TensorFlow does not load', () => {
    const broken = (part: 'tensorflow' | 'kernels') => ({ part, ok: false, reason: 'no library' }) as const;
    expect(check('kernels', { probe: [broken('tensorflow'), broken('kernels')] })).toBeUndefined();
  });

  it('warns where a card was chosen and none is used', () => {
    expect(check('device', { chosenDevice: 'gpu' })?.status).toBe('warning');
    expect(check('device', { chosenDevice: null })?.status).toBe('ok');
  });

  it.each([
    ['memory', { freeMemoryBytes: GIB }, 'warning'],
    ['memory', { freeMemoryBytes: GIB / 4 }, 'failed'],
    ['disk', { freeDiskBytes: GIB }, 'warning'],
    ['disk', { freeDiskBytes: GIB / 8 }, 'failed'],
    ['library', { writeProblem: 'EACCES' }, 'failed'],
    ['threads', { threads: 1 }, 'warning'],
    ['node', { nodeVersion: '20.1.0' }, 'failed'],
  ])('%s with %j is %s, with an action', (id, change, status) => {
    expect(check(id, change)?.status).toBe(status);
    expect(check(id, change)?.action).not.toBeNull();
  });
});

describe('outcomesOf', () => {
  it('blames the part that was at work when the process died, and says which were not tried', () => {
    const outcomes = outcomesOf({
      parts: PROBED_PARTS,
      messages: [
        { state: 'trying', part: 'database' },
        { state: 'works', part: 'database', version: '3', tookMs: 1 },
        { state: 'trying', part: 'images' },
      ],
      failure: 'signal SIGSEGV',
      errors: 'last words\n',
    });
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(outcomes[1]).toMatchObject({ reason: 'the process that tried it ended (signal SIGSEGV: last words)' });
    expect(outcomes[2]).toMatchObject({ reason: 'not tried (signal SIGSEGV: last words)' });
  });
});

describe('probeInProcess', () => {
  it('survives a crash', async () => {
    const outcome = await probeInProcess({
      module: new URL('./crashing-probe.ts', import.meta.url),
      timeoutMs: NEVER_MS,
    });
    expect(outcome.messages).toEqual(['before']);
    expect(outcome.failure).toBe('signal SIGSEGV');
  });

  it('ends a process that does not answer', async () => {
    const outcome = await probeInProcess({ module: new URL('./silent-probe.ts', import.meta.url), timeoutMs: 500 });
    expect(outcome.failure).toBe('no answer in 1 s');
  });

  it('tells the exit code and the error of a module that cannot be loaded', async () => {
    const outcome = await probeInProcess({
      module: new URL('./no-such-probe.ts', import.meta.url),
      timeoutMs: NEVER_MS,
    });
    expect(outcome.failure).toBe('exit code 1');
    expect(outcome.errors).toContain('no-such-probe');
  });
});

describe('examineMachine', () => {
  it('finds that this machine can train, since the tests run on it', async () => {
    const report = await examineMachine({ home: path.join(makeTemporaryFolder(), 'none'), timeoutMs: NEVER_MS });
    expect(report.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.ready).toBe(true);
    expect(report.versions.tensorflow).toMatch(/^2\./);
    expect(report.device).toMatch(/^(cpu|gpu)$/);
    expect(describeReport(report)).toContain('This machine can train.');
  });
});

/** Whether this machine can train, and if not, why: every native part is loaded and tried, in a process of its own. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import type { DoctorReport } from '../../../shared/system/system.ts';
import { RUNTIME_ENVIRONMENT } from '../../engine/tf.ts';
import { probeInProcess } from '../../platform/machine-probe.ts';
import { findWriteProblem, freeDiskBytes, readMachine } from '../../platform/machine.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { appVersion } from './app-version.ts';
import { buildChecks, deviceOf, outcomesOf, type DoctorFacts, type PartOutcome } from './doctor-checks.ts';
import { PROBED_PARTS, probeMessageSchema } from './doctor-messages.ts';

/** The part of `runtime.json` beside TensorFlow's libraries that says what was installed; written by the set-up. */
const runtimeSchema = z.object({ tensorflow: z.string(), device: z.enum(['cpu', 'gpu']) });

export interface DoctorOptions {
  /** The library folder, which need not exist. */
  home: string;
  /** A process that tries the native parts for longer than this is ended. */
  timeoutMs?: number;
}

/** Opens neither the library nor a port; takes about two seconds. */
export async function examineMachine({ home, timeoutMs = 60_000 }: DoctorOptions): Promise<DoctorReport> {
  const machine = readMachine();
  const probe = await probeParts(timeoutMs);
  const facts: DoctorFacts = {
    ...machine,
    nodeVersion: process.versions.node,
    probe,
    chosenDevice: readInstalledDevice(),
    freeDiskBytes: freeDiskBytes(home),
    writeProblem: findWriteProblem(home),
    home,
  };
  const checks = buildChecks(facts);
  return {
    ready: checks.every(({ status }) => status !== 'failed'),
    checks,
    versions: readVersions(probe),
    device: deviceOf(facts) ?? 'none',
    threads: machine.threads,
    freeMemoryBytes: machine.freeMemoryBytes,
    totalMemoryBytes: machine.totalMemoryBytes,
    freeDiskBytes: facts.freeDiskBytes,
    home,
  };
}

async function probeParts(timeoutMs: number): Promise<PartOutcome[]> {
  const { messages, failure, errors } = await probeInProcess({
    module: moduleUrl(import.meta.url, './doctor-probe'),
    timeoutMs,
    env: RUNTIME_ENVIRONMENT,
  });
  const known = messages.flatMap((message) => probeMessageSchema.safeParse(message).data ?? []);
  return outcomesOf({ parts: PROBED_PARTS, messages: known, failure, errors });
}

function readVersions(probe: PartOutcome[]): Record<string, string> {
  const version = (part: PartOutcome['part']): string => {
    const outcome = probe.find((candidate) => candidate.part === part);
    return outcome?.ok ? outcome.version : 'does not load';
  };
  return {
    app: appVersion(),
    node: process.versions.node,
    ...(process.versions.electron ? { electron: process.versions.electron } : {}),
    tfjs: tfjsVersion(),
    tensorflow: version('tensorflow'),
    sqlite: version('database'),
    sharp: version('images'),
  };
}

function tfjsVersion(): string {
  try {
    const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/package.json') as { version: string };
    return version;
  } catch {
    return 'not installed';
  }
}

function readInstalledDevice(): 'cpu' | 'gpu' | null {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
    const text = fs.readFileSync(path.join(folder, 'deps', 'lib', 'runtime.json'), 'utf8');
    return runtimeSchema.parse(JSON.parse(text)).device;
  } catch {
    return null;
  }
}

/** Run folders over a tiny dataset, and the means to run them. */
import fs from 'node:fs';
import path from 'node:path';
import { PROTOCOLS, type Protocol } from '../../../shared/study/protocol.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import {
  readMetrics,
  readPredictions,
  readRunConfig,
  readRunResult,
  writeRunConfig,
} from '../../../main/runs/process/run-folder.ts';
import { readSafetensors } from '../../../main/engine/weights/safetensors.ts';
import type { TinyDataset } from './tiny-dataset.ts';

export const TINY_PROTOCOL: Protocol = {
  ...PROTOCOLS.retina,
  size: 32,
  batch: 4,
  steps: 12,
  evaluateEverySteps: 4,
  checkpointEverySteps: 3,
};

/** Writes `config.json` of a run and returns its folder. */
export function prepareRun(
  root: string,
  { manifest, manifestFile }: TinyDataset,
  runId: string,
  protocol: Partial<Protocol> = {},
  change: Partial<RunConfig> = {},
): string {
  const folder = path.join(root, 'studies', 's', 'runs', runId);
  fs.mkdirSync(folder, { recursive: true });
  const config: RunConfig = {
    schema: 1,
    runId,
    studyId: 's',
    armId: 'cbr-tiny/random/all',
    model: 'cbr-tiny',
    init: { kind: 'random' },
    weights: null,
    trainSize: 'all',
    seed: 1,
    protocol: { ...TINY_PROTOCOL, ...protocol },
    outputs: manifest.target.outputs,
    endpoints: manifest.target.endpoints,
    modality: manifest.modality,
    manifestFile,
    contentHash: manifest.contentHash,
    cacheFolder: path.join(root, 'cache', 'tiny-32'),
    ...change,
  };
  writeRunConfig(folder, config);
  return folder;
}

/** Everything that a run stored; `result` and `predictions` are null until it has succeeded. */
export function readRunFolder(folder: string) {
  const config = readRunConfig(folder);
  const result = readRunResult(folder);
  const predictions = result === null ? null : readPredictions(folder, config, result);
  return { config, events: readMetrics(folder), result, predictions };
}

/** Largest difference of any value between two weight files with the same tensors. */
export function weightDifference(fileA: string, fileB: string): number {
  const a = readSafetensors(fileA).tensors;
  const b = new Map(readSafetensors(fileB).tensors.map((tensor) => [tensor.name, tensor.values]));
  let largest = 0;
  for (const { name, values } of a) {
    const other = b.get(name);
    if (other?.length !== values.length) return Infinity;
    values.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - (other[i] as number)))));
  }
  return largest;
}

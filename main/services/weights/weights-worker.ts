/** Worker thread: see `weights-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '../../../shared/system/errors.ts';
import { inspectWeights, writeWeightSet } from './weights-inspect.ts';
import type { WeightsWork, WeightsWorkResult } from './weights-thread.ts';

const { request, known, out } = workerData as WeightsWork;

async function work(): Promise<WeightsWorkResult> {
  try {
    const inspected = await inspectWeights(request, known);
    const sha256 = out === null ? null : writeWeightSet(inspected, out);
    return { ok: true, value: { preview: inspected.preview, sha256 } };
  } catch (error) {
    return { ok: false, error: toErrorShape(error) };
  }
}

parentPort?.postMessage(await work());

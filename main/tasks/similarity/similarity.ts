/** Starts a process that compares networks, and gathers what it finds. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError, fromErrorShape } from '../../../shared/system/errors.ts';
import type { SimilarityFile, StageSimilarity } from '../../../shared/similarity/similarity.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import type { StartChild } from '../../platform/child.ts';
import { runTask } from '../run-task.ts';
import type { SimilarityMessage, SimilarityWork } from './similarity-messages.ts';

export interface Comparison {
  /** Test images to draw from. */
  images: number;
  models: SimilarityFile['models'];
  /** In the order of the pairs asked for. */
  pairs: { pair: [string, string]; stages: StageSimilarity[] }[];
}

/**
 * `folder`: where a scratch folder may be made (activations of every network for one draw).
 * @throws AppError when it was cancelled, when a file or image is gone, or when the process failed
 */
export async function compareInProcess(params: {
  work: Omit<SimilarityWork, 'scratchFolder'>;
  folder: string;
  startChild?: StartChild;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<Comparison> {
  const { work, folder, startChild, onProgress, signal } = params;
  removeScratchFolders(folder);
  const scratchFolder = fs.mkdtempSync(path.join(folder, SCRATCH));
  const gathered = new Gathered(work);
  try {
    const exit = await runTask({
      entry: moduleUrl(import.meta.url, './similarity-process'),
      work: { ...work, scratchFolder },
      stderrFile: path.join(scratchFolder, 'stderr.log'),
      onMessage: (raw) => {
        const message = raw as SimilarityMessage;
        if (message.type === 'progress') onProgress?.(message.done, message.total);
        else gathered.take(message);
      },
      cancelled: 'The comparison was cancelled.',
      startChild,
      signal,
    });
    return gathered.result(exit);
  } finally {
    fs.rmSync(scratchFolder, { recursive: true, force: true });
  }
}

const SCRATCH = '.similarity-';

/** What a host that was killed has left. */
function removeScratchFolders(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(SCRATCH)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

const pairKey = (pair: readonly string[]): string => pair.join(' ');

class Gathered {
  readonly #work: Omit<SimilarityWork, 'scratchFolder'>;
  readonly #found = new Map<string, Map<string, StageSimilarity>>();
  #plan: Pick<Comparison, 'images' | 'models'> | null = null;
  #failure: AppError | null = null;
  #done = false;

  constructor(work: Omit<SimilarityWork, 'scratchFolder'>) {
    this.#work = work;
  }

  take(message: Exclude<SimilarityMessage, { type: 'progress' }>): void {
    switch (message.type) {
      case 'plan':
        this.#plan = { images: message.images, models: message.models };
        break;
      case 'similarity': {
        const { pair, repeat, stage, mean, thresholded } = message;
        const stages = this.#found.get(pairKey(pair)) ?? new Map<string, StageSimilarity>();
        this.#found.set(pairKey(pair), stages);
        const values = stages.get(stage) ?? { stage, mean: [], thresholded: [] };
        stages.set(stage, values);
        values.mean[repeat] = mean;
        values.thresholded[repeat] = thresholded;
        break;
      }
      case 'done':
        this.#done = true;
        break;
      case 'failed':
        this.#failure = fromErrorShape(message);
    }
  }

  /** `exit`: how the process ended. */
  result(exit: string): Comparison {
    if (this.#failure !== null) throw this.#failure;
    if (!this.#done || this.#plan === null) {
      throw new AppError('run-failed', `The comparison of networks ended early (${exit}).`, {
        action: 'Close other programs (memory may be short) or choose fewer patches, and compute it again.',
      });
    }
    return {
      ...this.#plan,
      pairs: this.#work.pairs.map((pair) => ({
        pair,
        stages: [...(this.#found.get(pairKey(pair)) ?? new Map()).values()] as StageSimilarity[],
      })),
    };
  }
}

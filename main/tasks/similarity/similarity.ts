/** Compares networks in a process of its own, and gathers what it finds. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { modalitySchema } from '../../../shared/dataset/dataset.ts';
import {
  similaritySettingsSchema,
  type SimilarityFile,
  type StageSimilarity,
} from '../../../shared/similarity/similarity.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { runTask, type Task, type TaskOptions } from '../run-task.ts';

export const similarityWorkSchema = z.object({
  settings: similaritySettingsSchema,
  manifestFile: z.string(),
  contentHash: z.string(),
  cacheFolder: z.string(),
  modality: modalitySchema,
  /** Image side in pixels. */
  size: z.int().positive(),
  networks: z.array(
    z.object({
      key: z.string(),
      model: modelIdSchema,
      /** Its weights, a safetensors file. */
      file: z.string(),
      normalisation: protocolSchema.shape.normalisation,
    }),
  ),
  /** Keys of two networks of the same model. */
  pairs: z.array(z.tuple([z.string(), z.string()])),
  /** An empty folder for activations; whoever asks removes it. */
  scratchFolder: z.string(),
});
export type SimilarityWork = z.infer<typeof similarityWorkSchema>;
export type NetworkWork = SimilarityWork['networks'][number];

/** Test images to draw from, and what is drawn of each model. */
type SimilarityPlan = Pick<SimilarityFile, 'images' | 'models'>;
interface PairSimilarity {
  pair: [string, string];
  repeat: number;
  stage: string;
  mean: number;
  thresholded: number;
}
/** The plan comes first, and once. */
export type SimilarityFound = SimilarityPlan | PairSimilarity;

export interface Comparison extends SimilarityPlan {
  /** In the order of the pairs asked for. */
  pairs: { pair: [string, string]; stages: StageSimilarity[] }[];
}

const TASK: Task = {
  entry: moduleUrl(import.meta.url, './similarity-process'),
  name: 'The comparison of networks',
  advice: 'Close other programs (memory may be short) or choose fewer patches, and compute it again.',
};

/**
 * `folder`: where a scratch folder may be made (activations of every network for one draw).
 * @throws AppError as `runTask`; `conflict` or `io` where a file or image is gone
 */
export async function compareInProcess(
  work: Omit<SimilarityWork, 'scratchFolder'>,
  { folder, ...options }: TaskOptions & { folder: string },
): Promise<Comparison> {
  removeScratchFolders(folder);
  const scratchFolder = fs.mkdtempSync(path.join(folder, SCRATCH));
  try {
    const [plan, ...found] = await runTask<SimilarityWork, SimilarityFound>(TASK, { ...work, scratchFolder }, options);
    const byPair = Map.groupBy(found as PairSimilarity[], ({ pair }) => pairKey(pair));
    const pairs = work.pairs.map((pair) => ({ pair, stages: byStage(byPair.get(pairKey(pair)) ?? []) }));
    return { ...(plan as SimilarityPlan), pairs };
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

/** One value a repeat. */
function byStage(found: readonly PairSimilarity[]): StageSimilarity[] {
  return [...Map.groupBy(found, ({ stage }) => stage)].map(([stage, repeats]) => {
    const ordered = repeats.toSorted((a, b) => a.repeat - b.repeat);
    return { stage, mean: ordered.map(({ mean }) => mean), thresholded: ordered.map(({ thresholded }) => thresholded) };
  });
}

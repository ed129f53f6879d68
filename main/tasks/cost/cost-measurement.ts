/** Measures what training would cost on this machine, in a process of its own. */
import { z } from 'zod';
import { modalitySchema } from '../../../shared/dataset/dataset.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { runTask, type Task, type TaskOptions } from '../run-task.ts';

/** What is timed on its own: a model, all of it trained or frozen up to a stage. */
export const measuredCaseSchema = z.object({ model: modelIdSchema, freeze: z.string().nullable() });
export type MeasuredCase = z.infer<typeof measuredCaseSchema>;

export const costWorkSchema = z.object({
  cases: z.array(measuredCaseSchema),
  outputs: z.int().positive(),
  protocol: protocolSchema,
  modality: modalitySchema,
  /** Files to time the decoding with. */
  sampleImages: z.array(z.string()),
});
export type CostWork = z.infer<typeof costWorkSchema>;

export interface CaseCost {
  secondsPerStep: number;
  secondsPerScoredImage: number;
  /** Of sending one image through the frozen stages, and what is stored of it then; 0 where nothing is stored. */
  secondsPerExtractedImage: number;
  storedBytesPerImage: number;
}

export interface ImageCost {
  /** Wall-clock seconds of decoding one image with all feeding threads at work; null without sample images. */
  decodeSecondsPerImage: number | null;
  /** Processor seconds of augmenting one image. */
  augmentSecondsPerImage: number;
}

interface ProcessCost {
  /** Of the whole process, with the model that needs most. */
  peakMemoryBytes: number;
  device: 'cpu' | 'gpu';
}

export type CostFound = { case: MeasuredCase; cost: CaseCost } | ImageCost | ProcessCost;

export interface MeasuredCosts extends ImageCost, ProcessCost {
  /** By {@link caseKey}. */
  cases: Map<string, CaseCost>;
}

const TASK: Task = {
  entry: moduleUrl(import.meta.url, './cost-process'),
  name: 'The measurement',
  advice:
    'A run would most likely end the same way: choose a smaller batch or image size, or close other programs, and measure again.',
};

/** @throws AppError as `runTask` */
export async function measureCosts(work: CostWork, options: TaskOptions): Promise<MeasuredCosts> {
  const found = await runTask<CostWork, CostFound>(TASK, work, options);
  const costs: MeasuredCosts = {
    cases: new Map(),
    decodeSecondsPerImage: null,
    ...{ augmentSecondsPerImage: 0, peakMemoryBytes: 0, device: 'cpu' },
  };
  for (const one of found) {
    if ('case' in one) costs.cases.set(caseKey(one.case), one.cost);
    else Object.assign(costs, one);
  }
  return costs;
}

export function caseKey({ model, freeze }: MeasuredCase): string {
  return freeze === null ? model : `${model} frozen to ${freeze}`;
}

/** Explains one image in a process of its own. */
import { z } from 'zod';
import { endpointSchema, modalitySchema } from '../../../shared/dataset/dataset.ts';
import {
  explanationMapSchema,
  explanationMethodSchema,
  type ExplanationMap,
} from '../../../shared/mistakes/explanation.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { runTask, type Task, type TaskOptions } from '../run-task.ts';

export const explanationWorkSchema = z.object({
  method: explanationMethodSchema,
  model: modelIdSchema,
  /** The run's best weights, a safetensors file. */
  weightsFile: z.string(),
  outputs: z.int().positive(),
  endpoint: endpointSchema,
  head: protocolSchema.shape.head,
  normalisation: protocolSchema.shape.normalisation,
  /** Image side in pixels. */
  size: z.int().positive(),
  modality: modalitySchema,
  imageFile: z.string(),
  /** Of the file, when it was imported. */
  sha256: z.string(),
});
export type ExplanationWork = z.infer<typeof explanationWorkSchema>;

const TASK: Task = {
  entry: moduleUrl(import.meta.url, './explanation-process'),
  name: 'The explanation',
  advice: 'Close other programs (memory may be short) and try again.',
};

/** @throws AppError as `runTask`; `conflict` or `io` where a file is gone or changed */
export async function explainInProcess(work: ExplanationWork, options: TaskOptions): Promise<ExplanationMap> {
  const [map] = await runTask<ExplanationWork, ExplanationMap>(TASK, work, options);
  return explanationMapSchema.parse(map);
}

/** What a stored weight set holds, from the header of its file: the values stay on disk. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import type { WeightSetSummary } from '../../../shared/study/models.ts';
import type { WeightSetDetail } from '../../../shared/weights/weights.ts';
import { HEAD_STAGE } from '../../engine/graph/definition.ts';
import { elementCount } from '../../engine/tensors.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { openSafetensors } from '../../engine/weights/safetensors-reader.ts';

/** @throws AppError `io` where the file is gone or damaged */
export function describeWeightFile(
  file: string,
  { model, name }: Pick<WeightSetSummary, 'model' | 'name'>,
): Pick<WeightSetDetail, 'bytes' | 'stages'> {
  try {
    const reader = openSafetensors(file);
    const tensors = reader.tensors.map((tensor) => ({ ...tensor, values: new Float32Array(0) }));
    reader.close();
    const stages = new Map<string, WeightSetDetail['stages'][number]>();
    for (const { name: tensor, stage, shape } of nameTensors(model, tensors)) {
      const entry = stages.get(stage) ?? { stage, values: 0, tensors: [] };
      entry.values += elementCount(shape);
      entry.tensors.push({ name: tensor, shape });
      stages.set(stage, entry);
    }
    const ordered = [...stages.values()].toSorted(
      (a, b) => Number(a.stage === HEAD_STAGE) - Number(b.stage === HEAD_STAGE),
    );
    return { bytes: fs.statSync(file).size, stages: ordered };
  } catch (cause) {
    throw new AppError('io', `The file of the weight set "${name}" cannot be read.`, {
      action: 'Restore the weights folder of the library from a backup, or remove these weights and import them again.',
      cause,
    });
  }
}

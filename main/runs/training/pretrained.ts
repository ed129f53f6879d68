/** The weight set that an initialisation names. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import type { NamedTensor, TensorRecord } from '../../engine/tensors.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { parseSafetensors } from '../../engine/weights/safetensors.ts';
import { sha256Of } from '../../platform/sha256.ts';

type WeightFile = Pick<NonNullable<RunConfig['weights']>, 'name' | 'file' | 'sha256'>;

/** Its tensors with the roles and stages that they have in `model`. @throws as {@link readWeightFile} */
export function readPretrained(source: WeightFile, model: ModelId): NamedTensor[] {
  return nameTensors(model, readWeightFile(source));
}

/** @throws AppError when the file is gone or is not the one that the study was created with */
export function readWeightFile({ name, file, sha256 }: WeightFile): TensorRecord[] {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (cause) {
    throw new AppError('not-found', `The file of the weight set "${name}" cannot be read.`, {
      action: 'Restore the weights folder of the library from a backup.',
      cause,
    });
  }
  if (sha256Of(bytes) !== sha256) {
    throw new AppError('conflict', `The file of the weight set "${name}" has changed since it was registered.`, {
      action: 'Restore it from a backup, or register the weights again and create the study anew.',
      details: `expected SHA-256 ${sha256}`,
    });
  }
  return parseSafetensors(bytes).tensors;
}

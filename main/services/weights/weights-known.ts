/** The catalogue of public weight files: `resources/weights.json`, beside the app's package.json. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import {
  knownWeightsFileSchema,
  WEIGHT_FILE_KIND_NAMES,
  type KnownWeights,
  type WeightOrigin,
} from '../../../shared/weights/weights.ts';
import { appFolder } from '../system/app-version.ts';

/** @throws AppError `internal` where the file is damaged */
export function readKnownWeights(file = path.join(appFolder(), 'resources', 'weights.json')): KnownWeights[] {
  try {
    return knownWeightsFileSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8'))).files;
  } catch (cause) {
    throw new AppError('internal', 'The list of public weight files cannot be read.', {
      action: 'Install the app again.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** The known file with this hash: by SHA-256 where it is known, else by MD5. */
export function knownByHash(
  known: readonly KnownWeights[],
  { sha256, md5 }: { sha256: string; md5: string },
): KnownWeights | null {
  return known.find((file) => (file.sha256 === null ? file.md5 === md5 : file.sha256 === sha256)) ?? null;
}

/** One sentence for lists: `ResNet-50, ImageNet (Keras ...)`, or `file NAME (Keras legacy HDF5, Keras 2.1.6)`. */
export function originText({ kind, program, fileName }: WeightOrigin, known: KnownWeights | null): string {
  return known?.title ?? `file ${fileName} (${WEIGHT_FILE_KIND_NAMES[kind]}, ${program})`;
}

/** Reads a weight file from anywhere: hashes, model, matching, and what the app knows or assumes about it. Runs in a thread. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import type { Normalisation } from '../../../shared/study/protocol.ts';
import {
  type KnownWeights,
  type WeightOrigin,
  type WeightsImportRequest,
  type WeightsPreview,
} from '../../../shared/weights/weights.ts';
import { readInputPieces } from '../../platform/input-file.ts';
import type { NamedTensor } from '../../engine/tensors.ts';
import { matchFile } from '../../engine/weights/detect.ts';
import { partsOf, readWeightFile } from '../../engine/weights/read-weight-file.ts';
import { writeSafetensors } from '../../engine/weights/safetensors.ts';
import type { WeightFile } from '../../engine/weights/source-layers.ts';
import { knownByHash } from './weights-known.ts';
import { weightMetadata } from './weights-metadata.ts';

export interface InspectedWeights {
  preview: WeightsPreview;
  tensors: NamedTensor[];
}

/** @throws AppError with what was expected and found, the first tensor that differs where the model is another */
export async function inspectWeights(
  request: WeightsImportRequest,
  knownFiles: readonly KnownWeights[],
): Promise<InspectedWeights> {
  const hashes = hashFiles(partsOf(request.file));
  const known = knownByHash(knownFiles, hashes);
  const file = await readWeightFile(request.file);
  const { model, alsoFits, tensors, report } = matchFile(file, request);
  const { normalisation, normalisationFrom } = preprocessing({ request, known, file, model });
  const fileName = path.basename(request.file);
  const { outputs = [] } = file.told;
  return {
    tensors,
    preview: {
      model,
      alsoFits,
      name: request.name ?? known?.id ?? nameOfFile(fileName),
      normalisation,
      licenceNote: request.licence || known?.licence || file.told.licence || LICENCE_UNKNOWN,
      synthetic: file.told.synthetic ?? false,
      outputs: outputs.length === report.head?.outputs ? outputs : [],
      origin: {
        kind: file.kind,
        program: file.program,
        fileName,
        ...hashes,
        known: known?.id ?? null,
        normalisationFrom,
        sourceNote: request.sourceNote ?? '',
      },
      match: report,
    },
  };
}

const LICENCE_UNKNOWN = 'Not stated: the terms of whoever published the file apply.';

/** Writes the tensors as the library keeps them, and gives the SHA-256 of that file. */
export function writeWeightSet({ preview, tensors }: InspectedWeights, file: string): string {
  writeSafetensors(file, tensors, { ...weightMetadata(preview), sourceSha256: preview.origin.sha256 });
  return hashFiles([file]).sha256;
}

function preprocessing(params: {
  request: WeightsImportRequest;
  known: KnownWeights | null;
  file: WeightFile;
  model: ModelId;
}): { normalisation: Normalisation; normalisationFrom: WeightOrigin['normalisationFrom'] } {
  const { request, known, file, model } = params;
  if (request.normalisation) return { normalisation: request.normalisation, normalisationFrom: 'user' };
  if (known) return { normalisation: known.normalisation, normalisationFrom: 'known-file' };
  if (file.told.normalisation) return { normalisation: file.told.normalisation, normalisationFrom: 'file' };
  return { normalisation: usualNormalisation(file.naming, model), normalisationFrom: 'assumed' };
}

/** What published weights of a program and model were trained with. */
function usualNormalisation(naming: WeightFile['naming'], model: ModelId): Normalisation {
  if (model === 'inception-v3') return 'minus-one-to-one';
  return naming === 'keras' && MODEL_NAMES[model].startsWith('ResNet') ? 'imagenet-bgr-mean' : 'imagenet';
}

/** The file's name without its endings. */
const nameOfFile = (fileName: string): string =>
  fileName.replace(/(\.weights)?\.(h5|hdf5|keras|safetensors|json|pth|pt|ckpt|tar)$/i, '').slice(0, 120) || 'weights';

/** Hashes over all files, one after the other. */
function hashFiles(files: readonly string[]): { bytes: number; sha256: string; md5: string } {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let bytes = 0;
  for (const file of files) {
    readInputPieces(file, { what: 'a weight file' }, (piece) => {
      sha256.update(piece);
      md5.update(piece);
      bytes += piece.length;
    });
  }
  return { bytes, sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

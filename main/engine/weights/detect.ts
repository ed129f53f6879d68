/** The model that a weight file is of. */
import { AppError } from '../../../shared/system/errors.ts';
import { MODEL_IDS, MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import { WEIGHT_FILE_KIND_NAMES, type MatchReport } from '../../../shared/weights/weights.ts';
import type { NamedTensor } from '../tensors.ts';
import { matchWeights } from './match.ts';
import type { WeightFile } from './source-layers.ts';

export interface MatchedFile {
  model: ModelId;
  /** Other models with the same tensors. */
  alsoFits: ModelId[];
  tensors: NamedTensor[];
  report: MatchReport;
}

/**
 * Matches a file to a model, or to the first that it fits where none is given.
 * @throws AppError `bad-input` with the first tensor that differs (from the nearest model, where none is given).
 */
export function matchFile(file: WeightFile, model?: ModelId): MatchedFile {
  const candidates = model === undefined ? candidatesFor(file) : [model];
  const tensorsInFile = file.layers.filter(({ kind }) => kind !== 'dense').flatMap(({ tensors }) => tensors).length;
  let nearest: { model: ModelId; matched: number; surplus: number; difference: string } | null = null;
  for (const candidate of candidates) {
    const result = matchWeights(file, candidate);
    if (result.fits) {
      const alsoFits = TWINS.filter((twin) => twin !== candidate && TWINS.includes(candidate));
      return { model: candidate, alsoFits, tensors: result.tensors, report: result.report };
    }
    const surplus = Math.abs(tensorsInFile - result.expected);
    const further = result.matched - (nearest?.matched ?? -1);
    if (nearest === null || further > 0 || (further === 0 && surplus < nearest.surplus)) {
      nearest = { model: candidate, surplus, ...result };
    }
  }
  const { model: tried, difference } = nearest as NonNullable<typeof nearest>;
  const kind = WEIGHT_FILE_KIND_NAMES[file.kind];
  throw new AppError(
    'bad-input',
    model === undefined
      ? `The ${kind} file fits no model of this program. The nearest is ${MODEL_NAMES[tried]}: ${difference}.`
      : `The ${kind} file does not fit ${MODEL_NAMES[tried]}: ${difference}.`,
    {
      action:
        model === undefined
          ? 'Choose a file of one of the models that `models` lists.'
          : 'Choose the model that the weights were trained with, or leave it open: it is then detected.',
    },
  );
}

/** Models of equal tensors, which differ only in where their strides are. */
const TWINS: readonly ModelId[] = ['resnet50', 'resnet50-v15'];

function candidatesFor({ naming, told }: WeightFile): ModelId[] {
  if (told.model !== undefined) return [told.model];
  if (naming === 'torch-resnet') return ['resnet50-v15'];
  if (naming === 'torch-inception') return ['inception-v3'];
  return MODEL_IDS.filter((id) => id !== 'resnet50-v15');
}

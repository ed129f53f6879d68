/** The model that a weight file is of. */
import { AppError } from '../../../shared/system/errors.ts';
import { MODEL_IDS, MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import { WEIGHT_FILE_KIND_NAMES, type MatchReport } from '../../../shared/weights/weights.ts';
import { MODELS } from '../models/catalogue.ts';
import type { NamedTensor } from '../tensors.ts';
import { matchWeights } from './match.ts';
import type { WeightFile } from './source-layers.ts';
import { torchNetworks, torchPart } from './torch/parts.ts';

export interface MatchedFile {
  model: ModelId;
  /** Other models with the same tensors. */
  alsoFits: ModelId[];
  tensors: NamedTensor[];
  report: MatchReport;
}

/**
 * Matches a file to a model, or to the first that it fits where none is given; `part` names one of several networks in it.
 * @throws AppError `bad-input` with the first tensor that differs (from the nearest model, where none is given), or with the networks
 * that the file holds where several fit.
 */
export function matchFile(
  file: WeightFile,
  { model, part }: { model?: ModelId | undefined; part?: string | undefined } = {},
): MatchedFile {
  const networks = file.naming === 'torch' ? torchCandidates(file, part) : [[{ prefix: '', file }]];
  // A misfit is told of the largest network, which comes first.
  const attempts: Attempt[] = [];
  const fits = networks.flatMap((candidates, index) => fitOf(candidates, model, index === 0 ? attempts : []) ?? []);
  const distinct = fits.filter((fit, index) => index === 0 || !isSame(fit, fits[0] as Fit));
  if (distinct.length > 1) throw severalNetworks(distinct);
  const [fit] = distinct;
  if (fit === undefined) throw misfit(file, attempts, model);
  const { prefix, ...matched } = fit;
  if (prefix !== '')
    matched.report.notes.unshift(`The network is the part of the file whose names begin with "${prefix}".`);
  return matched;
}

interface Candidate {
  prefix: string;
  file: WeightFile;
}
type Fit = MatchedFile & Pick<Candidate, 'prefix'>;
interface Attempt {
  model: ModelId;
  matched: number;
  surplus: number;
  difference: string;
}

/** The first candidate and model that fit; those that do not are added to `attempts`. */
function fitOf(candidates: readonly Candidate[], model: ModelId | undefined, attempts: Attempt[]): Fit | null {
  for (const { prefix, file } of candidates) {
    const tensorsInFile = file.layers.filter(({ kind }) => kind !== 'dense').flatMap(({ tensors }) => tensors).length;
    for (const candidate of model === undefined ? candidatesFor(file) : [model]) {
      const result = matchWeights(file, candidate);
      if (result.fits) {
        const alsoFits = TWINS.filter((twin) => twin !== candidate && TWINS.includes(candidate));
        return { prefix, model: candidate, alsoFits, tensors: result.tensors, report: result.report };
      }
      attempts.push({ model: candidate, surplus: Math.abs(tensorsInFile - result.expected), ...result });
    }
  }
  return null;
}

/** The networks of a file of PyTorch that have as many convolutions as a model, each by its prefixes, the longest first. */
function torchCandidates(file: WeightFile, part: string | undefined): Candidate[][] {
  const networks = torchNetworks(file);
  const wanted = networks.filter(({ convolutions, prefixes }, index) =>
    part === undefined
      ? index === 0 || COUNTS.has(convolutions)
      : prefixes.some((prefix) => prefix === part || prefix === `${part}.`),
  );
  if (wanted.length === 0) {
    throw new AppError('bad-input', 'Expected a beginning of names that the file has, found no tensor below it.', {
      action: 'Leave --part out: what the file holds is then said.',
    });
  }
  if (wanted.length > MAX_NETWORKS) {
    throw new AppError('bad-input', `Expected one network in the file, found ${wanted.length}.`, {
      action: 'Save the wanted one alone.',
    });
  }
  return wanted.map((network) =>
    network.prefixes.toReversed().map((prefix) => ({ prefix, file: torchPart(file, network, prefix) })),
  );
}

const COUNTS = new Set(
  MODEL_IDS.map((model) => MODELS[model].graph(1).layers.filter(({ kind }) => kind === 'conv').length),
);
const MAX_NETWORKS = 50;

const isSame = (a: Fit, b: Fit): boolean =>
  a.model === b.model &&
  a.tensors.every(({ values }, index) => {
    const others = b.tensors[index]?.values;
    return values.length === others?.length && values.every((value, at) => value === others[at]);
  });

function severalNetworks(fits: readonly Fit[]): AppError {
  const found = fits.map(({ prefix, model }) => `"${prefix}" (${MODEL_NAMES[model]})`).join(', ');
  return new AppError(
    'needs-answer',
    `The file holds ${fits.length} networks that fit, with names that begin with ${found}. Which is meant?`,
    {
      action: `Name its part, on the command line with --part ${fits[0]?.prefix ?? ''}`,
    },
  );
}

function misfit(file: WeightFile, attempts: readonly Attempt[], model: ModelId | undefined): AppError {
  const [{ model: tried, difference }] = attempts.toSorted(
    (a, b) => b.matched - a.matched || a.surplus - b.surplus,
  ) as [Attempt];
  const kind = WEIGHT_FILE_KIND_NAMES[file.kind];
  return new AppError(
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
  // What PyTorch calls ResNet-50 is v1.5.
  return MODEL_IDS.filter((id) => id !== (naming === 'torch' ? 'resnet50' : 'resnet50-v15'));
}

/** Arms in groups and in words, the same in the app, the command line and the report. Pure. */
import { countOf, formatCount } from '../words/numbers.ts';
import { MODEL_NAMES, type ModelId } from './models.ts';
import type { Arm, TrainSize } from './study.ts';

export type ArmFacts = Pick<Arm, 'model' | 'initLabel' | 'trainSize'>;

export interface ArmGroup<A> {
  /** `CBR-Tiny`, or `CBR-Tiny, 500 training images`. */
  name: string;
  /** The same, with all training images named where sizes differ; empty where the study has one group only. */
  title: string;
  arms: A[];
}

/** `CBR-Tiny`; a model of another version of the app is called by its id. */
export const modelName = (id: string): string => MODEL_NAMES[id as ModelId] ?? id;

/** Number of training images in a table: `all`, `1,500`. */
export const trainSizeText = (size: TrainSize): string => (size === 'all' ? 'all' : formatCount(size));

/** `CBR-Tiny, transfer(natural)`, with its number of training images unless it takes all. */
export function armWords({
  model,
  initLabel,
  trainSize,
}: Pick<Arm, 'initLabel' | 'trainSize'> & { model: string }): string {
  return `${modelName(model)}, ${initLabel}${trainSize === 'all' ? '' : `, ${sizeWords(trainSize)}`}`;
}

/** What names an arm in files and addresses. */
export const armIdOf = ({ model, initLabel, trainSize }: ArmFacts): string => `${model}/${initLabel}/${trainSize}`;

/** The same words for an id whose study is not at hand. */
export function armIdWords(armId: string): string {
  const [model = '', ...rest] = armId.split('/');
  const size = rest.pop() ?? 'all';
  return armWords({ model, initLabel: rest.join('/'), trainSize: size === 'all' ? 'all' : Number(size) });
}

/** Arms under their model and training-set size: within such a group they differ by initialisation only and are compared. */
export function groupArms<A extends Pick<ArmFacts, 'model' | 'trainSize'>>(arms: readonly A[]): ArmGroup<A>[] {
  const sizes = new Set(arms.map((arm) => arm.trainSize)).size > 1;
  const groups = [...Map.groupBy(arms, (arm) => `${arm.model}/${arm.trainSize}`).values()];
  return groups.map((members) => {
    const { model, trainSize } = members[0] as A;
    const full = `${MODEL_NAMES[model]}, ${sizeWords(trainSize, 'training image')}`;
    return {
      name: trainSize === 'all' ? MODEL_NAMES[model] : full,
      title: groups.length === 1 ? '' : sizes ? full : MODEL_NAMES[model],
      arms: members,
    };
  });
}

/** `all images`, `1,500 images`. */
const sizeWords = (size: TrainSize, noun = 'image'): string => (size === 'all' ? `all ${noun}s` : countOf(size, noun));

/** An arm that is not among `arms` is called by its id. `full`: the model is named even where the study has one. */
export function armName(
  arms: readonly (ArmFacts & { armId: string })[],
  armId: string,
  full = false,
): { init: string; rest: string } {
  const arm = arms.find((candidate) => candidate.armId === armId);
  if (arm === undefined) return { init: armId, rest: '' };
  const parts = [
    ...(full || arms.some(({ model }) => model !== arm.model) ? [MODEL_NAMES[arm.model]] : []),
    ...(arms.some(({ trainSize }) => trainSize !== arm.trainSize) ? [sizeWords(arm.trainSize)] : []),
  ];
  return { init: arm.initLabel, rest: parts.join(', ') };
}

/** Only what tells the other arm of a pair from the first: `random`, or `CBR-LargeW`. */
export function againstWords(arms: readonly (ArmFacts & { armId: string })[], armId: string, otherId: string): string {
  const [arm, other] = [armId, otherId].map((id) => arms.find((candidate) => candidate.armId === id));
  if (arm === undefined || other === undefined) return otherId;
  const parts = [
    ...(arm.model === other.model ? [] : [MODEL_NAMES[other.model]]),
    ...(arm.initLabel === other.initLabel ? [] : [other.initLabel]),
    ...(arm.trainSize === other.trainSize ? [] : [sizeWords(other.trainSize)]),
  ];
  return parts.join(', ');
}

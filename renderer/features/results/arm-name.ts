/** What a table calls an arm: how it starts, then what else tells it from the others of the study. Pure. */
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import { describeTrainSize } from '../studies/arm-words.ts';

export interface ArmName {
  init: string;
  /** `CBR-Tiny, 500 images`; empty where all arms of the study share model and size. */
  rest: string;
}

type ArmsOf = Pick<StudyResults, 'arms'>;
const sizeWords = ({ trainSize }: ArmResult): string =>
  trainSize === 'all' ? 'all images' : `${describeTrainSize(trainSize)} images`;

/** An arm that the results do not know is called by its id. `full`: the model is named even where the study has one. */
export function armName({ arms }: ArmsOf, armId: string, full = false): ArmName {
  const arm = arms.find((candidate) => candidate.armId === armId);
  if (arm === undefined) return { init: armId, rest: '' };
  const parts = [
    ...(full || arms.some(({ model }) => model !== arm.model) ? [arm.modelName] : []),
    ...(arms.some(({ trainSize }) => trainSize !== arm.trainSize) ? [sizeWords(arm)] : []),
  ];
  return { init: arm.initLabel, rest: parts.join(', ') };
}

/** Only what tells the other arm of a pair from the first: `random`, or `CBR-LargeW`. */
export function againstWords({ arms }: ArmsOf, armId: string, otherId: string): string {
  const [arm, other] = [armId, otherId].map((id) => arms.find((candidate) => candidate.armId === id));
  if (arm === undefined || other === undefined) return otherId;
  const parts = [
    ...(arm.model === other.model ? [] : [other.modelName]),
    ...(arm.initLabel === other.initLabel ? [] : [other.initLabel]),
    ...(arm.trainSize === other.trainSize ? [] : [sizeWords(other)]),
  ];
  return parts.join(', ');
}

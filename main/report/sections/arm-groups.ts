/** Arms under their model and training-set size: within such a group they differ by initialisation only and are compared. */
import type { ArmResult } from '../../../shared/results/results.ts';
import { countOf } from '../../../shared/words/numbers.ts';

export interface ArmGroup {
  /** Empty where the study has one group only. */
  title: string;
  arms: ArmResult[];
}

export function groupArms(arms: readonly ArmResult[]): ArmGroup[] {
  const sizes = new Set(arms.map((arm) => arm.trainSize)).size > 1;
  const groups = [...Map.groupBy(arms, (arm) => `${arm.model}/${arm.trainSize}`).values()];
  return groups.map((members) => {
    const { modelName, trainSize } = members[0] as ArmResult;
    const size = trainSize === 'all' ? 'all training images' : countOf(trainSize, 'training image');
    return { title: groups.length === 1 ? '' : sizes ? `${modelName}, ${size}` : modelName, arms: members };
  });
}

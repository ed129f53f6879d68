import { toArmSpec } from '../../../state/studies/extra-arms.ts';
import { listInits, needsWeights } from '../../../state/studies/init-choices.ts';
import { readMargin, STUDY_STEPS, type StudyInput } from '../../../state/studies/study-input.ts';
import { parseSeeds, parseTrainSizes } from '../../../../shared/study/number-lists.ts';

/** Index of the furthest step that the choices so far allow. */
export function reachableStep(input: StudyInput): number {
  if (input.datasetId === null) return STUDY_STEPS.indexOf('data');
  if (input.models.length === 0) return STUDY_STEPS.indexOf('models');
  const { inits } = input;
  const lacking = needsWeights(inits) && input.models.some((model) => inits.weights[model] == null);
  if (listInits(inits, 'any').length === 0 || lacking) return STUDY_STEPS.indexOf('inits');
  if (input.arms.some((arm) => toArmSpec(arm) === null)) return STUDY_STEPS.indexOf('inits');
  if (!parseSeeds(input.seeds).ok || !parseTrainSizes(input.trainSizes).ok) return STUDY_STEPS.indexOf('protocol');
  if (!readMargin(input).ok) return STUDY_STEPS.indexOf('protocol');
  return STUDY_STEPS.indexOf('review');
}

import type { StudyStep } from '../../../state/studies/study-input.ts';

export const STEP_TITLES: Record<StudyStep, string> = {
  data: 'Data',
  models: 'Models',
  inits: 'Initialisation',
  protocol: 'Protocol and seeds',
  review: 'Review',
};

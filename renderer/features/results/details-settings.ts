/** What a reader chooses of the details. */
import {
  DEFAULT_DECISION_RANGE,
  type DecisionRange,
  type ProbabilityKind,
  type ThresholdKind,
  type ThresholdRuleName,
} from '../../../shared/results/study-details.ts';

export interface DetailsSettings {
  rule: ThresholdRuleName;
  thresholds: ThresholdKind;
  prevalence: number | null;
  range: DecisionRange;
  probabilities: ProbabilityKind;
}

export const DEFAULT_SETTINGS: DetailsSettings = {
  ...{ rule: 'youden', thresholds: 'frozen', prevalence: null, probabilities: 'as-trained' },
  range: DEFAULT_DECISION_RANGE,
};

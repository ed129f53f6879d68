/** What a study found, row by row beside what the paper printed. Nothing is computed between the two columns. */
import type { ArmEndpointResult, ArmResult, StudyResults } from '../results/results.ts';
import type { Arm, StudySpec } from '../study/study.ts';
import { paperNumber, type PaperNumber } from './template-paper.ts';

export interface PaperRow {
  arm: ArmResult;
  /** Absent where no run has finished. */
  value: ArmEndpointResult | undefined;
  paper: PaperNumber;
}

/** The arms for which the paper prints a number, for a headline endpoint; none for a study that follows no table of it. */
export function paperRows(params: {
  spec: Pick<StudySpec, 'template' | 'train_sizes'>;
  arms: readonly Arm[];
  /** Of the dataset. */
  modality: string;
  results: Pick<StudyResults, 'arms' | 'endpoints'>;
  endpointId: string;
}): PaperRow[] {
  const { spec, arms, modality, results, endpointId } = params;
  const { template, train_sizes: trainSizes } = spec;
  const endpoint = results.endpoints.find(({ id }) => id === endpointId);
  if (template === undefined || endpoint === undefined) return [];
  return results.arms.flatMap((arm) => {
    const planned = arms.find(({ id }) => id === arm.armId);
    const paper = planned === undefined ? null : paperNumber(template, planned, { trainSizes, modality, endpoint });
    const value = arm.endpoints.find((candidate) => candidate.endpointId === endpointId);
    return paper === null ? [] : [{ arm, value, paper }];
  });
}

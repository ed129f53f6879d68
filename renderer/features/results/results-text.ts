/** The AUC table as tab-separated text, for a spreadsheet or a manuscript. */
import { formatNumber } from '../../../shared/words/numbers.ts';
import type { StudyResults } from '../../../shared/results/results.ts';

const HEADER = [
  'Model',
  'Initialisation',
  'Training images',
  'Seeds',
  'Mean AUC',
  '95% low',
  '95% high',
  'SD over seeds',
  'Median steps to threshold',
  'Parameters',
];

export function resultsAsText(results: StudyResults, endpointId: string): string {
  const rows = results.arms.map((arm) => {
    const value = arm.endpoints.find((endpoint) => endpoint.endpointId === endpointId);
    return [
      arm.modelName,
      arm.initLabel,
      String(arm.trainSize),
      String(arm.runsFinished),
      formatNumber(value?.mean ?? null),
      formatNumber(value?.low ?? null),
      formatNumber(value?.high ?? null),
      formatNumber(value?.sd ?? null),
      arm.medianStepsToThreshold === null ? '–' : String(arm.medianStepsToThreshold),
      String(arm.parameters),
    ];
  });
  return [HEADER, ...rows].map((row) => row.join('\t')).join('\n');
}

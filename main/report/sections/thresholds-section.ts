/** Appendix: thresholds, recalibration, decision curves, subgroups and mistakes, one endpoint after the other. */
import { decisionFigures } from '../../../shared/figures/decision-figures.ts';
import { calibrationTable, recalibrationTable } from '../../../shared/results/details-tables/calibration.ts';
import { callTable, crossTabulation } from '../../../shared/results/details-tables/calls.ts';
import { decisionTable } from '../../../shared/results/details-tables/decision.ts';
import { operatingPointTable, predictiveValueTable } from '../../../shared/results/details-tables/operating-points.ts';
import { interactionTable, subgroupTable } from '../../../shared/results/details-tables/subgroups.ts';
import { endpointName } from '../../../shared/results/endpoint-name.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { PROBABILITY_WORDS, type StudyDetails } from '../../../shared/results/study-details.ts';
import { formatCount, formatSetting } from '../../../shared/words/numbers.ts';
import type { FailureAnalysis, FailureOverlap } from '../../analysis/mistakes/failures.ts';
import { figure, heading, table, text, under, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { reliabilityPart } from './clinical-use-section.ts';
import { marksPart } from './image-marks-section.ts';
import { everyRunTable, sharedMistakesTable, subgroupMistakesTable } from './mistakes-tables.ts';

export function thresholdsSection({ results, details = [], failures }: ReportInput): Block[] {
  return [
    ...(details.length === 0
      ? []
      : [
          text(
            'Means of each arm at one rule for thresholds. Every run and every rule (Youden index; sensitivity or specificity of at least 0.9 or 0.95), each run’s calibration and recalibration, and net benefit at every threshold probability are in the file of details.',
          ),
        ]),
    ...details.flatMap((one, index) => endpointPart(results, one, index === 0)),
    ...(failures?.endpoints ?? []).flatMap((found) => mistakesPart(results, found)),
    ...(failures === undefined || failures.endpoints.length === 0 ? [] : marksPart({ results, failures })),
  ];
}

/** `isShown`: section 5 has its operating points and its reliability. */
function endpointPart(results: StudyResults, details: StudyDetails, isShown: boolean): Block[] {
  const of = { details, arms: results.arms };
  return [
    heading(endpointName(results.endpoints, details.endpointId)),
    ...(isShown ? [] : table(operatingPointTable(of))),
    ...[predictiveValueTable, callTable, calibrationTable].flatMap((build) => table(build(of))),
    ...(isShown ? [] : reliabilityPart(results, details, 'as-trained')),
    ...table(recalibrationTable(of)),
    ...reliabilityPart(results, details, 'platt'),
    ...decisionPart(results, details),
    ...[decisionTable, subgroupTable, interactionTable].flatMap((build) => table(build(of))),
  ];
}

function decisionPart(results: StudyResults, details: StudyDetails): Block[] {
  const { range, probabilities } = details.decision;
  return figure(
    decisionFigures(results.arms, details),
    `Decision curves: net benefit (true positives less false positives weighed by t/(1 − t), per image) of acting where the probability is at least t, for threshold probabilities t from ${range.from} to ${range.to}: from ${odds(range.from)} to ${odds(range.to)} needless actions accepted for a needed one. Mean over the runs of each arm, probabilities ${PROBABILITY_WORDS[probabilities]}; bands are pointwise 95 % intervals over seeds and patients (bootstrap). The dotted line is acting on everybody; acting on nobody is 0.`,
  );
}

const odds = (threshold: number): string => formatSetting((1 - threshold) / threshold, 2);

function mistakesPart(results: StudyResults, found: FailureAnalysis): Block[] {
  const { overlap, runs } = found;
  const shared =
    overlap === null || runs.length < 2
      ? []
      : [
          ...table(sharedMistakesTable(found, results.arms)),
          text(overlapSentence(overlap, found)),
          ...table(everyRunTable(overlap)),
        ];
  return under(`Mistakes, ${endpointName(results.endpoints, found.endpointId)}`, [
    ...table(crossTabulation(found, results.arms), { unfold: true }),
    ...shared,
    ...table(subgroupMistakesTable(found, results.arms)),
  ]);
}

function overlapSentence({ runs, everyRun, expected, noRun }: FailureOverlap, found: FailureAnalysis): string {
  const errors = everyRun.fn + everyRun.fp;
  const total = formatCount(found.positives + found.negatives);
  const start = `No run gets ${formatCount(noRun)} of the ${total} images wrong; all ${formatCount(runs)} runs get ${formatCount(errors)} wrong (${formatCount(everyRun.fn)} missed, ${formatCount(everyRun.fp)} false alarms).`;
  const chance = expected.fn + expected.fp;
  return `${start} If runs erred independently of each other, ${chance < 0.05 ? 'fewer than 0.1' : formatCount(chance, 1)} would be expected: what exceeds this is difficult for all networks of this study, or has a doubtful label.`;
}

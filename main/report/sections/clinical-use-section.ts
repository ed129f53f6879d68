/** What the networks would do at one frozen threshold, for the first headline endpoint; the appendix has the rest. */
import { reliabilityFigure } from '../../../shared/figures/reliability-figure.ts';
import { calledRuns, crossTabulation } from '../../../shared/results/details-tables/calls.ts';
import { operatingPointTable } from '../../../shared/results/details-tables/operating-points.ts';
import { endpointName } from '../../../shared/results/endpoint-name.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import type { ProbabilityKind, StudyDetails } from '../../../shared/results/study-details.ts';
import { withColumns } from '../../../shared/tables/layout.ts';
import { figure, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { picturesPart } from './mistake-pictures.ts';

/** Of means over runs: single runs have thresholds of their own. */
const CALL_COLUMNS = ['arm', 'tp', 'fn', 'fp', 'tn', 'wrong'];

export function clinicalUseSection({ results, details = [], mistakePictures }: ReportInput): Block[] {
  const [first] = details;
  if (first === undefined) return [];
  const { arms, endpoints } = results;
  const name = endpointName(endpoints, first.endpointId);
  return [
    ...(details.length > 1 ? [text(`For ${name}; appendix B has the other endpoints.`)] : []),
    ...table(operatingPointTable({ details: first, arms })),
    ...reliabilityPart(results, first, 'as-trained'),
    ...table(withColumns(crossTabulation(calledRuns(first), arms), CALL_COLUMNS)),
    ...(mistakePictures === undefined ? [] : picturesPart(mistakePictures, results)),
  ];
}

const RELIABILITY_TITLES: Partial<Record<ProbabilityKind, string>> = {
  'as-trained': 'Reliability of the probabilities as trained',
  platt: 'Reliability after Platt scaling, fitted on validation images',
};

export function reliabilityPart(results: StudyResults, details: StudyDetails, kind: ProbabilityKind): Block[] {
  return figure(
    reliabilityFigure(results, details, kind),
    `${RELIABILITY_TITLES[kind]}: share of positive test images over the mean predicted probability, in ten groups of equal size, one line a seed. Bars are 95 % Wilson intervals, which take images as independent; the dotted line is perfect calibration.`,
  );
}

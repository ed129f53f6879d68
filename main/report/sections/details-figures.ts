/** Reliability and decision curves in the report. */
import { decisionFigures } from '../../../shared/figures/decision-figures.ts';
import { reliabilityFigure } from '../../../shared/figures/reliability-figure.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { PROBABILITY_WORDS, type StudyDetails } from '../../../shared/results/study-details.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';

interface FigureInput {
  results: StudyResults;
  details: StudyDetails;
  numbering: Numbering;
}

/** Null where no run has a curve. `updated`: after Platt scaling. */
export function reliabilityPart({ results, details, numbering }: FigureInput, updated = false): Markup | null {
  const figure = reliabilityFigure(results, details, updated ? 'platt' : 'as-trained');
  if (figure === null) return null;
  const name = updated
    ? 'Reliability after Platt scaling, fitted on validation images'
    : 'Reliability of the probabilities as trained';
  return markup`<figure>${figureMarkup(figure)}<figcaption><b>Figure ${numbering.figure()}.</b> ${name}: share of positive test images over the mean predicted probability, in ten groups of equal size, one line a seed. Bars are 95 % Wilson intervals, which take images as independent; the dotted line is perfect calibration.</figcaption></figure>`;
}

/** Null where a class is missing. */
export function decisionPart({ results, details, numbering }: FigureInput): Markup | null {
  const { range, probabilities } = details.decision;
  const figures = decisionFigures(results.arms, details);
  if (figures.length === 0) return null;
  return markup`<figure>${figures.map(figureMarkup)}<figcaption><b>Figure ${numbering.figure()}.</b> Decision curves: net benefit (true positives less false positives weighed by t/(1 − t), per image) of acting where the probability is at least t, for threshold probabilities t from ${String(range.from)} to ${String(range.to)}: from ${odds(range.from)} to ${odds(range.to)} needless actions accepted for a needed one. Mean over the runs of each arm, probabilities ${PROBABILITY_WORDS[probabilities]}; bands are pointwise 95 % intervals over seeds and patients (bootstrap). The dotted line is acting on everybody; acting on nobody is 0.</figcaption></figure>`;
}

const odds = (threshold: number): string => Number(((1 - threshold) / threshold).toPrecision(2)).toString();

/** What a reader should mind, found in the stored data rather than asked for. One sentence each. */
import { endpointCounts } from '../../../shared/dataset/endpoint-counts.ts';
import { describeLeakage } from '../../../shared/dataset/leakage.ts';
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import { FEW_CASES } from '../../../shared/results/results.ts';
import { joinWords, scoringWords } from './phrases.ts';
import type { ReportInput } from '../report-input.ts';

/** What limitations are read from. */
export type LimitationInput = Pick<
  ReportInput,
  'dataset' | 'sites' | 'otherScorings' | 'weights' | 'results' | 'runs' | 'study'
>;

export function findLimitations(input: LimitationInput): string[] {
  return [...dataLimits(input), ...sampleLimits(input), ...runLimits(input), ...methodLimits(input)];
}

function dataLimits({ dataset, sites, otherScorings, weights }: LimitationInput): string[] {
  const found: string[] = [];
  if (dataset.synthetic) {
    found.push('The images are synthetic phantoms. Nothing here can be read as performance on patients.');
  }
  const synthetic = weights.filter((set) => set.synthetic).map((set) => `“${set.name}”`);
  if (synthetic.length > 0) {
    found.push(
      `The pretrained weights ${joinWords(synthetic)} were learned from synthetic images, not from natural photographs as in the paper.`,
    );
  }
  if (!dataset.patientIdKnown) {
    found.push(
      'The data set names no patients. Images of one person may lie in both training and test sets, which makes results look better than they are, and intervals too narrow.',
    );
  } else if (describeLeakage(dataset).state !== 'none') {
    found.push(`Leakage between training, validation and test sets: ${describeLeakage(dataset).sentence}`);
  }
  if (sites === 0)
    found.push(
      'The data set does not say from which sites the images come; results may not carry over to another site.',
    );
  if (sites === 1) found.push('All images come from a single site; results may not carry over to another site.');
  if (otherScorings > 0) found.push(`The test images are no longer unseen: they were ${scoringWords(otherScorings)}.`);
  found.push(
    'Testing was internal: the test set comes from the same source as the training set. No external test set was used.',
  );
  return found;
}

function sampleLimits({ results, dataset }: LimitationInput): string[] {
  const found: string[] = [];
  const few = results.endpoints.filter((e) => e.positives < FEW_CASES || e.negatives < FEW_CASES);
  if (few.length > 0) {
    const listed = few.map(
      (e) => `${e.name} (${formatCount(e.positives)} positive, ${formatCount(e.negatives)} negative)`,
    );
    found.push(
      `Fewer than ${FEW_CASES} test images of a class: ${joinWords(listed)}. Their AUCs are imprecise and the normal interval is an approximation at best.`,
    );
  }
  const validation = dataset.splits.find((split) => split.split === 'validation');
  const headline = dataset.target.endpoints.filter((endpoint) => endpoint.headline);
  const thin = headline.filter(
    (endpoint) => (endpointCounts(endpoint, validation?.outputs ?? [])?.positive ?? 0) < FEW_CASES,
  );
  if (validation !== undefined && thin.length > 0) {
    found.push(
      `The validation set has fewer than ${FEW_CASES} positive images for ${joinWords(thin.map((e) => e.name))}, so the choice of the checkpoint is noisy.`,
    );
  }
  const unknown = results.endpoints.filter((endpoint) => endpoint.unknown > 0);
  if (unknown.length > 0) {
    found.push(
      `Test images with an unknown label were left out: ${joinWords(unknown.map((e) => `${formatCount(e.unknown)} for ${e.name}`))}.`,
    );
  }
  if (results.test.leftOut > 0) {
    found.push(
      `${countOf(results.test.leftOut, 'test image')} could not be scored by every run and were left out of all numbers.`,
    );
  }
  return found;
}

function runLimits({ runs, results, study }: LimitationInput): string[] {
  const found: string[] = [];
  const unfinished = runs.filter((run) => run.result === null);
  if (unfinished.length > 0) {
    const states = [...Map.groupBy(unfinished, (run) => run.state)].map(([state, list]) => `${list.length} ${state}`);
    found.push(
      `${countOf(unfinished.length, 'run')} of ${runs.length} ${wordFor(unfinished.length, 'has', 'have')} no result (${joinWords(states)}).`,
    );
  }
  if (study.spec.seeds.length < 5) {
    found.push(
      study.spec.seeds.length === 1
        ? 'Each arm was trained once: variation between repeated trainings is unknown.'
        : study.spec.seeds.length === 2
          ? 'Each arm was trained twice: the variation between repeated trainings is only roughly known.'
          : `Each arm was trained ${study.spec.seeds.length} times: with fewer than five seeds only large differences can be distinguished from chance.`,
    );
  }
  const never = results.arms.filter((arm) => arm.stepsToThreshold.some((run) => run.steps === null));
  if (never.length > 0) {
    const count = never.reduce((sum, arm) => sum + arm.stepsToThreshold.filter((run) => run.steps === null).length, 0);
    found.push(
      `${countOf(count, 'run')} never reached a validation AUC of ${results.thresholdAuc} and count as censored in the steps to threshold.`,
    );
  }
  const finished = runs.flatMap((run) => run.result ?? []);
  const skipped = Math.max(0, ...finished.map((result) => result.skippedImages));
  if (skipped > 0)
    found.push(`Up to ${countOf(skipped, 'image')} could not be decoded during training and were skipped.`);
  const machines = new Set(finished.map((result) => `${result.device} ${JSON.stringify(result.versions)}`));
  if (machines.size > 1) found.push('Runs used different devices or software versions; the table of runs shows which.');
  return found;
}

function methodLimits({ results, study }: LimitationInput): string[] {
  const found: string[] = [];
  const points = results.arms.some((arm) =>
    arm.endpoints.some((e) => e.mean !== null && (e.low === e.high || e.low === null)),
  );
  if (points) found.push('For some AUCs the interval is a point or not estimable; the tables say where and why.');
  if (results.comparisons.length > 1 && study.spec.seeds.length < 2) {
    found.push('P-values are not adjusted for the number of comparisons.');
  }
  found.push(
    'All arms share the hyperparameters listed under methods; the program searched for none of them. Whether the authors chose them on these data, only they can say.',
  );
  return found;
}

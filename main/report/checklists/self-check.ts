/**
 * The analysis domain of PROBAST+AI (Moons KGM et al. BMJ 2025;388:e082505) as a self-check in our own words, as far as the stored data
 * answer it. It is no PROBAST+AI assessment: that needs the authors and a second reader.
 */
import { describeLeakage, type Leakage } from '../../../shared/dataset/leakage.ts';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { scoringWords } from '../text/phrases.ts';
import type { StatementInput } from './statements.ts';

export type Judgement = 'Yes' | 'Probably yes' | 'Probably no' | 'No' | 'No information';

/** Positive or negative images, whichever is fewer, from which an AUC counts as well measured; and as measured at all. */
const ENOUGH = 100;
const FEW = 30;

const LEAKAGE_JUDGEMENTS: Record<Leakage['state'], Judgement> = {
  none: 'Yes',
  'not-proved': 'No information',
  found: 'No',
};

export function selfCheck(input: StatementInput): { question: string; judgement: Judgement; reason: string }[] {
  const { dataset, results, study } = input;
  const headline = results.endpoints.filter((endpoint) => endpoint.headline);
  const fewest = Math.min(...headline.map(({ positives, negatives }) => Math.min(positives, negatives)));
  const seeds = study.spec.seeds.length;
  const leakage = describeLeakage(dataset);
  return [
    {
      question: 'Were there enough test images of both classes?',
      judgement:
        headline.length === 0 ? 'No information' : fewest >= ENOUGH ? 'Yes' : fewest >= FEW ? 'Probably yes' : 'No',
      reason:
        headline.length === 0
          ? 'No headline endpoint.'
          : `${formatCount(fewest)} test images in the smallest class of a headline endpoint; ${ENOUGH} and ${FEW} are the limits used here.`,
    },
    {
      question: 'Were images with missing labels or files handled openly?',
      judgement: 'Yes',
      reason: `Problems are counted by kind, unknown labels masked, ${countOf(results.test.leftOut, 'unscored test image')} left out for all runs alike.`,
    },
    {
      question: 'Was overfitting dealt with?',
      judgement: input.otherScorings === 0 ? 'Yes' : 'Probably no',
      reason: `Checkpoints were chosen on validation images; the test set was ${scoringWords(input.otherScorings)}.`,
    },
    {
      question: 'Is it certain that no patient is in both training and test parts?',
      judgement: LEAKAGE_JUDGEMENTS[leakage.state],
      reason: leakage.sentence,
    },
    {
      question: 'Is calibration reported?',
      judgement: input.runs.some((run) => run.result !== null) ? 'Yes' : 'No information',
      reason:
        'Intercept, slope, Brier score and a reliability curve of each run on the test images, as trained and recalibrated on validation images.',
    },
    {
      question: 'Are intervals given that fit the data?',
      judgement: dataset.patientIdKnown ? 'Yes' : 'Probably no',
      reason: dataset.patientIdKnown
        ? 'Images of one patient are treated as one cluster where they outnumber patients.'
        : 'Images of one person may count as independent.',
    },
    {
      question: 'Was the variation between trainings taken into account?',
      judgement: seeds >= 3 ? 'Yes' : seeds === 2 ? 'Probably yes' : 'No',
      reason: `${countOf(seeds, 'training')} of each arm.`,
    },
    {
      question: 'Was the model evaluated on data of another source?',
      judgement: 'No',
      reason: 'Testing was internal.',
    },
  ];
}

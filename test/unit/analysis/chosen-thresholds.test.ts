import { describe, expect, it } from 'vitest';
import { computeDraws, rowLength, BootstrapDraws, bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { drawPatients, indexPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { confusionAt } from '../../../main/analysis/statistics/confusion.ts';
import { chooseThreshold, parseThresholdRule } from '../../../main/analysis/statistics/thresholds.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const stream = new RandomStream(3, 'chosen');
const side = (patients: number) => {
  const names = Array.from({ length: 2 * patients }, (_, i) => i >> 1);
  const labels = names.map(() => Number(stream.uniform() < 0.4));
  // One digit makes ties.
  const scores = labels.map((label) => Math.round(10 * (0.4 * label + 0.6 * stream.uniform())) / 10);
  return { patients: indexPatients(names), labels, scores };
};
const [test, validation] = [side(30), side(20)];
const repeat = <T>(values: readonly T[], patientOf: Uint32Array, weights: Uint32Array): T[] =>
  values.flatMap((value, i) => Array.from({ length: weights[patientOf[i] as number] as number }, () => value));

describe.each(['youden', 'sensitivity:0.9', 'specificity:0.95'])('%s, chosen anew in every draw', (name) => {
  const rule = parseThresholdRule(name);
  const plan = createBootstrapPlan({ seed: 2, draws: 200, patients: test.patients, labels: [test.labels], validation });
  const read = plan.addChosen(rule, { onValidation: validation, test });
  const job = plan.job();
  const draws = bootstrapHere(job);

  it('counts as the rule does on the drawn images written out', () => {
    const [ofTest, ofValidation] = [new Uint32Array(30), new Uint32Array(20)];
    for (let draw = 0; draw < job.draws; draw++) {
      drawPatients(job.sampling, draw, ofTest);
      drawPatients(job.chosen?.sampling ?? job.sampling, draw, ofValidation);
      const on = (from: typeof test, weights: Uint32Array) =>
        [from.labels, from.scores].map((values) => repeat(values, from.patients.ofItems, weights)) as [
          number[],
          number[],
        ];
      const chosen = chooseThreshold(...on(validation, ofValidation), rule);
      const expected = chosen.defined
        ? confusionAt(...on(test, ofTest), chosen.threshold)
        : { tp: NaN, fp: NaN, tn: NaN, fn: NaN };
      const [tp, fp, tn, fn] = [0, 1, 2, 3].map((cell) => read(draws, cell)[draw]);
      expect({ tp, fp, tn, fn }).toEqual(expected);
    }
  });

  it('gives the same draws whichever thread takes them', () => {
    const values = new Float64Array(job.draws * rowLength(job));
    for (const [from, to] of [
      [100, 200],
      [0, 100],
    ] as const)
      computeDraws(job, from, to, values);
    expect(read(new BootstrapDraws(job, values), 0)).toEqual(read(draws, 0));
  });
});

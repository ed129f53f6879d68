import { describe, expect, it } from 'vitest';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients, itemsAsPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { confusionAt, confusionRates, planConfusionRates } from '../../../main/analysis/statistics/confusion.ts';
import {
  chooseThreshold,
  describeThresholdRule,
  parseThresholdRule,
} from '../../../main/analysis/statistics/thresholds.ts';
import { expectClose, peers } from './peers.ts';

const { labels, a, patients: names } = peers.data;
const { split, rules } = peers.thresholds;
const validation = { labels: labels.slice(0, split), scores: a.slice(0, split) };
const test = { labels: labels.slice(split), scores: a.slice(split) };

describe('thresholds chosen on validation and applied to test images', () => {
  it.each(Object.entries(rules))('%s', (text, expected) => {
    const chosen = chooseThreshold(validation.labels, validation.scores, parseThresholdRule(text));
    if (!chosen.defined) throw new Error(chosen.why);
    expect(chosen.threshold).toBe(expected.threshold);
    expectClose(chosen.validation.sensitivity, expected.sensitivity);
    expectClose(chosen.validation.specificity, expected.specificity);
    const { tp, fp, tn, fn, lr_positive, lr_negative, ppv_at_10, npv_at_10 } = expected.test;
    const counts = confusionAt(test.labels, test.scores, chosen.threshold);
    expect(counts).toEqual({ tp, fp, tn, fn });
    const rates = confusionRates(counts, 0.1);
    const triples = [
      [rates.lrPositive, lr_positive],
      [rates.lrNegative, lr_negative],
      [rates.atPrevalence?.ppv, ppv_at_10],
      [rates.atPrevalence?.npv, npv_at_10],
    ] as const;
    for (const [estimate, [value, low, high]] of triples) {
      expectClose(estimate?.value, value as number);
      expectClose(estimate?.low, low as number);
      expectClose(estimate?.high, high as number);
    }
  });

  it('takes the highest of equally good thresholds, and +infinity where nothing else qualifies', () => {
    const y = [1, 1, 0, 0];
    expect(chooseThreshold(y, [0.9, 0.8, 0.3, 0.1], { kind: 'youden' })).toMatchObject({ threshold: 0.8 });
    const rule = { kind: 'specificity', atLeast: 1 } as const;
    expect(chooseThreshold(y, [0.1, 0.2, 0.9, 0.3], rule)).toMatchObject({
      threshold: null,
      validation: { sensitivity: 0, specificity: 1 },
    });
    expect(chooseThreshold(y, [0.9, 0.1, 0.5, 0.4], rule)).toMatchObject({ threshold: 0.9 });
    expect(chooseThreshold(y, [0.9, 0.1, 0.5, 0.4], { kind: 'sensitivity', atLeast: 1 })).toMatchObject({
      threshold: 0.1,
      validation: { specificity: 0 },
    });
  });

  it('is undefined where validation lacks a class', () => {
    const chosen = chooseThreshold([0, 0], [0.1, 0.2], { kind: 'youden' });
    expect(chosen).toMatchObject({ defined: false, why: expect.stringContaining('no positive item') as string });
  });

  it('reads and describes rules', () => {
    expect(parseThresholdRule('sensitivity:0.95')).toEqual({ kind: 'sensitivity', atLeast: 0.95 });
    expect(describeThresholdRule(parseThresholdRule('specificity:0.9'))).toBe('specificity of at least 0.9');
    expect(describeThresholdRule(parseThresholdRule('youden'))).toBe('largest Youden index');
    for (const text of ['', 'sensitivity', 'sensitivity:', 'sensitivity:2', 'f1:0.5']) {
      expect(() => parseThresholdRule(text)).toThrow('Expected youden, sensitivity:S or specificity:S');
    }
  });
});

describe('rates', () => {
  it('are undefined, each for its own reason', () => {
    const rates = confusionRates({ tp: 5, fp: 0, tn: 10, fn: 0 }, 0.2);
    expect(rates.lrPositive).toMatchObject({ value: null, why: 'Infinite: there is no false positive.' });
    expect(rates.lrNegative).toMatchObject({ value: 0, low: null });
    expect(rates.sensitivity).toMatchObject({ value: 1, high: 1 });
    expect(rates.atPrevalence).toMatchObject({ ppv: { value: 1, low: null }, npv: { value: 1, low: null } });
    const nothing = confusionRates({ tp: 0, fp: 0, tn: 3, fn: 2 });
    expect(nothing.ppv).toMatchObject({ value: null, why: 'Undefined: there is no item called positive.' });
    expect(nothing.lrPositive.why).toContain('0/0');
    expect(nothing.atPrevalence).toBeNull();
    expect(confusionRates({ tp: 0, fp: 2, tn: 3, fn: 0 }).sensitivity.why).toContain('no positive item');
    expect(() => confusionRates({ tp: 1, fp: 1, tn: 1, fn: 1 }, 1)).toThrow('prevalence between 0 and 1');
  });

  it('cluster bootstrap: the values of all items, with intervals that are wider than Wilson’s where patients repeat', () => {
    // Every image three times: clustered intervals stay, Wilson's shrinks.
    const patients = indexPatients([...names, ...names, ...names]);
    const y = [...labels, ...labels, ...labels];
    const scores = [...a, ...a, ...a];
    const plan = createBootstrapPlan({ seed: 1, patients, labels: [y] });
    const read = planConfusionRates(plan, { labels: y, scores, threshold: 0.5, prevalence: 0.1 });
    const rates = read(bootstrapHere(plan.job()));
    const wilsonRates = confusionRates(confusionAt(y, scores, 0.5), 0.1);
    expect(rates.counts).toEqual(wilsonRates.counts);
    expect(rates.intervalKind).toBe('cluster-bootstrap');
    for (const name of ['sensitivity', 'specificity', 'ppv', 'npv', 'lrPositive', 'lrNegative'] as const) {
      const [drawn, plain] = [rates[name], wilsonRates[name]];
      expectClose(drawn.value, plain.value as number, 1e-12);
      const width = (drawn.high as number) - (drawn.low as number);
      expect(width).toBeGreaterThan(1.2 * ((plain.high as number) - (plain.low as number)));
    }
    expectClose(rates.atPrevalence?.ppv.value, wilsonRates.atPrevalence?.ppv.value as number, 1e-12);
  });

  it('cluster bootstrap of independent items has about Wilson’s interval', () => {
    const plan = createBootstrapPlan({ seed: 1, patients: itemsAsPatients(labels.length), labels: [labels] });
    const read = planConfusionRates(plan, { labels, scores: a, threshold: 0.5 });
    const rates = read(bootstrapHere(plan.job()));
    const plain = confusionRates(confusionAt(labels, a, 0.5));
    for (const name of ['sensitivity', 'specificity'] as const) {
      expect(Math.abs((rates[name].low as number) - (plain[name].low as number))).toBeLessThan(0.02);
      expect(Math.abs((rates[name].high as number) - (plain[name].high as number))).toBeLessThan(0.02);
    }
  });

  it('draws of patients: ratios have finite ends, and rates of 0 or 1 an interval', () => {
    const y = [1, 1, 1, 0, 0, 0, 0];
    const plan = createBootstrapPlan({ seed: 1, patients: itemsAsPatients(7), labels: [y] });
    const scores = [0.9, 0.8, 0.2, 0.7, 0.1, 0.1, 0.1];
    const read = planConfusionRates(plan, { labels: y, scores, threshold: 0.5 });
    const readNone = planConfusionRates(plan, { labels: y, scores, threshold: 0.75 });
    const draws = bootstrapHere(plan.job());
    const { lrPositive } = read(draws);
    expect([lrPositive.low, lrPositive.high].every((end) => Number.isFinite(end))).toBe(true);
    expect(readNone(draws).specificity).toMatchObject({ value: 1, high: 1, why: null });
    expect(readNone(draws).specificity.low).toBeLessThan(0.8);
    expect(readNone(draws).lrPositive).toMatchObject({ value: null, why: 'Infinite: there is no false positive.' });
  });
});

describe('a threshold that calls all items alike', () => {
  it('has a likelihood ratio of 1 that says why its interval is a point', () => {
    const all = confusionRates({ tp: 20, fp: 40, tn: 0, fn: 0 });
    expect(all.lrPositive).toMatchObject({ value: 1, low: 1, high: 1 });
    expect(all.lrPositive.why).toContain('called alike');
    expect(all.lrNegative).toMatchObject({ value: null });
    expect(confusionRates({ tp: 0, fp: 0, tn: 40, fn: 20 }).lrNegative.why).toContain('called alike');
    expect(confusionRates({ tp: 19, fp: 40, tn: 0, fn: 1 }).lrPositive.why).toBeNull();
  });
});

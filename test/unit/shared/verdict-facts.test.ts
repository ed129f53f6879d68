import { describe, expect, it } from 'vitest';
import { stepsRatio } from '../../../shared/results/steps-ratio.ts';
import { observedOf, survivalMedian } from '../../../shared/results/threshold-steps.ts';
import type { StudyMargin } from '../../../shared/study/margin.ts';
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import type { SimilarityEstimate, StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { verdictFacts } from '../../../shared/results/verdict-facts.ts';

function arm(params: {
  model?: string;
  init: string;
  aucs: number[];
  steps: (number | null)[];
  parameters?: number;
}): ArmResult {
  const { model = 'CBR-Tiny', init, aucs, steps, parameters = 10 } = params;
  const mean = aucs.reduce((sum, value) => sum + value, 0) / aucs.length;
  const sd = Math.sqrt(aucs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (aucs.length - 1));
  const facts = { se: 0.01, low: null, high: null, positives: 50, negatives: 50, why: null };
  const runs = steps.map((value, seed) => ({ runId: `${init}-${seed}`, seed, steps: value, until: 600 }));
  return {
    armId: `${model}/${init}/all`,
    ...{ model: 'cbr-tiny', modelName: model, initLabel: init, trainSize: 'all' },
    ...{ runsTotal: aucs.length, runsFinished: aucs.length, parameters, paperParameters: null },
    endpoints: [
      {
        ...{ endpointId: 'e', mean, sd, low: null, high: null, why: null },
        runs: aucs.map((auc, seed) => ({ runId: `${init}-${seed}`, seed, auc, ...facts })),
      },
    ],
    stepsToThreshold: runs,
    medianStepsToThreshold: survivalMedian(observedOf(runs))?.median ?? null,
    stepsRatio: null,
    ...{ meanSeconds: 1, meanStepMs: 1 },
  };
}

const pair = (a: ArmResult, b: ArmResult, se = 0.005) => ({
  ...{ endpointId: 'e', armA: a.armId, armB: b.armId, se, low: 0, high: 0, z: 1, p: 0.5, why: null },
  difference: (a.endpoints[0]?.mean ?? 0) - (b.endpoints[0]?.mean ?? 0),
});

function study(arms: ArmResult[], over: Partial<StudyResults>): StudyResults {
  return {
    ...{ studyId: 's', studyName: 'S', synthetic: false, intervalKind: 'delong', thresholdAuc: 0.8 },
    test: { images: 100, patients: 100, leftOut: 0 },
    endpoints: [{ id: 'e', name: 'Referable', headline: true, positives: 50, negatives: 50, unknown: 0 }],
    ...{ arms, comparisons: [], modelComparisons: [], margin: null, bootstrap: null },
    ...over,
  };
}

/** Every arm against the first, as the results have it. */
function withSteps(arms: ArmResult[]): ArmResult[] {
  const [first] = arms as [ArmResult];
  return arms.map((arm) =>
    arm === first
      ? arm
      : {
          ...arm,
          stepsRatio: {
            ...stepsRatio(observedOf(arm.stepsToThreshold), observedOf(first.stepsToThreshold)),
            against: first.armId,
          },
        },
  );
}

const random = arm({ init: 'random', aucs: [0.8, 0.801, 0.799], steps: [200, 220, 210] });
const better = arm({ init: 'transfer(a)', aucs: [0.9, 0.901, 0.899], steps: [100, 110, 105] });
const alike = arm({ init: 'gabor', aucs: [0.8, 0.81, 0.79], steps: [200, null, 210] });

describe('the parts of the verdict', () => {
  it('names a supported difference, saved steps, and that no margin was declared', () => {
    const facts = verdictFacts(study(withSteps([random, better]), { comparisons: [pair(better, random)] }));
    expect(facts.map((fact) => [fact.id, fact.answers[0]?.tone])).toEqual([
      ['difference', 'yes'],
      ['steps', 'open'],
    ]);
    expect(facts[0]?.answers[0]?.text).toMatch(
      /^transfer\(a\) against random: higher by 0\.100 AUC \(95 % interval \+0\.09/,
    );
    expect(facts[0]?.note).toContain('No margin was declared');
    expect(facts[1]?.answers[0]?.text).toMatch(/0\.50 times the steps \(95 % interval over seeds 0\.\d\d–0\.\d\d\)/);
    expect(facts[1]?.note).toContain('would give p = 0.100');
  });

  it('says what the data still allow where they cannot tell', () => {
    const facts = verdictFacts(study(withSteps([random, alike]), { comparisons: [pair(alike, random)] }));
    expect(facts[0]?.answers[0]?.tone).toBe('open');
    expect(facts[0]?.answers[0]?.text).toMatch(/anywhere from 0\.0\d\d lower to 0\.0\d\d higher/);
    expect(facts[1]?.answers[0]?.text).toContain('median 210 against 210 to a validation AUC of 0.8');
  });

  it('lets an exact test decide on steps, with censored runs as the later ones', () => {
    const slow = arm({ init: 'random', aucs: [0.8, 0.81, 0.79, 0.8, 0.8], steps: [null, null, null, null, 500] });
    const fast = arm({ init: 'gabor', aucs: [0.8, 0.81, 0.79, 0.8, 0.8], steps: [100, 110, 120, 130, 140] });
    const steps = (arms: ArmResult[]) => verdictFacts(study(withSteps(arms), {})).find(({ id }) => id === 'steps');
    expect(steps([slow, fast])).toMatchObject({ answers: [{ tone: 'yes' }], note: null });
    expect(steps([slow, fast])?.answers[0]?.text).toMatch(
      /^gabor against random: < 0\.20 times the steps \(95 % interval over seeds up to 0\.\d\d\); median 120 against not reached \(1 of 5 runs did\) to a validation AUC of 0\.8 \(exact rank test, p = 0\.008\)\.$/,
    );
    expect(steps([fast, slow])?.answers[0]).toMatchObject({ tone: 'no' });
  });

  it('says of a smaller model that it is not worse, by the margin', () => {
    const large = arm({
      model: 'ResNet-50',
      init: 'random',
      aucs: [0.8, 0.802, 0.8],
      steps: [1, 1, 1],
      parameters: 100,
    });
    const row: StudyMargin['comparisons'][number] = {
      ...{ endpointId: 'e', armA: random.armId, armB: large.armId, between: 'models' as const, difference: -0.001 },
      ...{ lower: -0.01, upper: 0.008, bounds: { low: -0.01, high: 0.008 }, why: null },
      nonInferior: { p: 0.001, adjustedP: 0.001, answer: 'yes' },
      equivalent: { p: 0.2, adjustedP: 0.2, answer: 'cannot tell' },
    };
    const declared = { delta: 0.02, reason: 'r', declaredAt: '', earlierStudies: 0 };
    const facts = verdictFacts(
      study([random, large], { modelComparisons: [pair(random, large)], margin: { declared, comparisons: [row] } }),
    );
    expect(facts.map((fact) => fact.id)).toEqual(['size']);
    expect(facts[0]?.answers[0]).toMatchObject({ tone: 'yes' });
    expect(facts[0]?.answers[0]?.text).toMatch(
      /^CBR-Tiny against ResNet-50 \(random\), 10\.0 times fewer parameters: at most 0\.02 worse, and perhaps better \(95 % interval −0\.010 to \+0\.008\)\.$/,
    );
  });

  it('needs no margin to say that a smaller model is better', () => {
    const large = arm({
      model: 'ResNet-50',
      init: 'random',
      aucs: [0.6, 0.602, 0.6],
      steps: [1, 1, 1],
      parameters: 100,
    });
    const [size] = verdictFacts(study([random, large], { modelComparisons: [pair(random, large)] }));
    expect(size?.answers[0]).toMatchObject({ tone: 'yes' });
    expect(size?.answers[0]?.text).toContain('higher by 0.199 AUC');
    const [worse] = verdictFacts(study([random, large], { modelComparisons: [pair(large, random)] }));
    expect(worse?.answers[0]).toMatchObject({ tone: 'no' });
  });

  it('compares similarity with that of random runs', () => {
    const estimate = (mean: number): SimilarityEstimate => ({
      mean,
      low: mean - 0.01,
      high: mean + 0.01,
      sd: 0.01,
      pairs: 3,
    });
    const similarity = {
      inits: [
        {
          ...{ armA: random.armId, armB: better.armId, stages: [], top: estimate(0.4) },
          baseline: { armId: random.armId, stages: [], top: estimate(0.6) },
        },
      ],
    } as unknown as StudySimilarity;
    const fact = verdictFacts(study([random, better], {}), similarity)[0];
    expect(fact?.answers[0]).toEqual({
      tone: 'yes',
      text: 'transfer(a) against random: similarity 0.400 in the topmost layers, 0.600 between runs from random weights; they differ by more than pairs of runs vary.',
    });
  });

  it.each([
    ['within the variation between pairs of runs', { mean: 0.585, sd: 0.01 }],
    ['one pair of random runs cannot show', { mean: 0.4, sd: null }],
  ])('leaves similarity open: %s', (words, { mean, sd }) => {
    const estimate = (value: number) => ({ mean: value, low: value - 0.001, high: value + 0.001, sd, pairs: 3 });
    const similarity = {
      inits: [
        {
          ...{ armA: random.armId, armB: better.armId, stages: [], top: estimate(mean) },
          baseline: { armId: random.armId, stages: [], top: estimate(0.6) },
        },
      ],
    } as unknown as StudySimilarity;
    const [answer] = verdictFacts(study([random, better], {}), similarity)[0]?.answers ?? [];
    expect(answer?.tone).toBe('open');
    expect(answer?.text).toContain(words);
  });

  it('has nothing to say before there is something to compare', () =>
    expect(verdictFacts(study([random], {}))).toEqual([]));
});

/** A whole made-up report: five grades, 2 seeds, four initialisations. The numbers describe nothing. */
import { stringify } from 'yaml';
import { computeStudyResults, type FinishedRun } from '../../../main/analysis/study/study-results.ts';
import { describeParts } from '../../../shared/dataset/patient-characteristics.ts';
import type { ReportInput } from '../../../main/report/report-input.ts';
import type { LabelValue } from '../../../shared/dataset/dataset.ts';
import { MODEL_NAMES } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import type { ConvergenceCurve, FilterView } from '../../../shared/results/results.ts';
import type { MetricEvent, Prediction, RunSummary } from '../../../shared/run/run.ts';
import {
  expandArms,
  resolveProtocol,
  studySpecSchema,
  type Arm,
  type StudySpecInput,
} from '../../../shared/study/study.ts';
import { madeUpResult } from '../made-up-runs.ts';
import { datasetDetail } from './fixtures.ts';
import { movement, runWeights, similarities } from './made-up-representations.ts';

const STRENGTH: Record<string, number> = { random: 1.1, transfer: 1.5, 'mean-var': 1.25, gabor: 1.15 };

/** 192 test images of 96 patients; grades depend on the patient, scores on the arm and the seed. */
function predictions(arm: Arm, seed: number): Prediction[] {
  return Array.from({ length: 192 }, (_, index): Prediction => {
    const patient = Math.floor(index / 2);
    const truth = new RandomStream('grade', patient).uniform();
    const grade = truth < 0.7 ? 0 : truth < 0.8 ? 1 : truth < 0.92 ? 2 : truth < 0.97 ? 3 : 4;
    const noise = new RandomStream('score', arm.id, seed, index);
    const shared = new RandomStream('shared', index).normal();
    const strength = STRENGTH[arm.init.kind] ?? 1;
    const latent = grade * 0.6 * strength + 0.9 * shared + 0.5 * noise.normal();
    const probabilities = [0, 1, 2, 3, 4].map((g) => 1 / (1 + Math.exp(Math.abs(latent - g))));
    const labels = [0, 1, 2, 3, 4].map((g): LabelValue => (g === grade ? 1 : 0));
    return { imageId: `i${index}`, patient, eye: index % 2 ? 'right' : 'left', split: 'test', labels, probabilities };
  });
}

function events(arm: Arm, seed: number): MetricEvent[] {
  const stream = new RandomStream('events', arm.id, seed);
  const speed = (STRENGTH[arm.init.kind] ?? 1) * 60;
  return Array.from({ length: 40 }, (_, i): MetricEvent[] => {
    const step = (i + 1) * 10;
    const learned = 1 - Math.exp(-step / speed / 2);
    const value = Math.min(0.97, 0.5 + 0.34 * learned + 0.02 * stream.normal());
    const loss = 0.25 + 0.45 * (1 - learned) + 0.02 * stream.normal();
    return [
      {
        type: 'step',
        step,
        epoch: step / 84,
        loss,
        learningRate: 1e-3,
        stepMs: 120,
        waitMs: 2,
        decodedImages: 0,
        decodeMs: 0,
        augmentMs: 1,
      },
      ...(i % 2 === 1
        ? [
            {
              type: 'evaluation' as const,
              step,
              epoch: step / 84,
              loss,
              auc: { referable: value },
              headlineAuc: value,
              best: false,
            },
          ]
        : []),
    ];
  }).flat();
}

function filters(arm: Arm, runId: string, seed: number): FilterView {
  const stream = new RandomStream('filters', arm.id);
  const before = Array.from({ length: 32 }, () => Array.from({ length: 75 }, () => 0.16 * stream.normal()));
  const after = before.map((filter, f) =>
    filter.map((weight, place) => weight + 0.05 * Math.sin(f + place / 6) + 0.01 * stream.normal()),
  );
  return { runId, armId: arm.id, seed, kernelSize: 5, channels: 3, before, after };
}

export function madeUpReport(overrides: Partial<StudySpecInput> = {}): ReportInput {
  const dataset = datasetDetail();
  const spec = studySpecSchema.parse({
    name: 'Does transfer help on the made-up set?',
    dataset: dataset.name,
    size: 128,
    steps: 400,
    evaluateEverySteps: 20,
    models: ['cbr-tiny'],
    inits: ['random', { transfer: 'natural-phantoms' }, { 'mean-var': 'natural-phantoms' }, 'gabor'],
    seeds: [0, 1],
    ...overrides,
  });
  const protocol = resolveProtocol(spec);
  const arms = expandArms(spec);
  const finished: FinishedRun[] = [];
  const runs: RunSummary[] = [];
  const curves: ConvergenceCurve[] = [];
  const views: FilterView[] = [];
  for (const arm of arms) {
    for (const seed of spec.seeds) {
      const runId = `run-${runs.length + 1}`;
      const result = {
        ...madeUpResult(runId),
        stepsToThreshold: arm.init.kind === 'random' && seed === 1 ? null : 140 + 20 * seed,
      };
      finished.push({ runId, armId: arm.id, seed, result, predictions: predictions(arm, seed) });
      runs.push({
        id: runId,
        studyId: 'study-1',
        armId: arm.id,
        model: arm.model,
        initLabel: arm.initLabel,
        trainSize: arm.trainSize,
        seed,
        state: 'succeeded',
        attempts: 1,
        progress: null,
        error: null,
        result,
      });
      curves.push({ runId, armId: arm.id, seed, events: events(arm, seed) });
      if (seed === spec.seeds[0]) views.push(filters(arm, runId, seed));
    }
  }
  return {
    generatedAt: '2025-01-03T09:30:00.000Z',
    appVersion: '0.1.0',
    study: { id: 'study-1', name: spec.name, createdAt: '2025-01-02T09:00:00.000Z', spec, protocol, arms },
    dataset,
    sites: 0,
    characteristics: describeParts([]),
    otherScorings: 0,
    precision: [
      {
        endpointId: 'referable',
        widths: [{ auc: 0.8, width: 0.17 }],
        wanted: { auc: 0.8, width: 0.1, images: 620 },
      },
    ],
    weights: [
      {
        id: 'w1',
        name: 'natural-phantoms',
        model: 'cbr-tiny',
        source: 'run',
        origin: 'run of study “natural pretraining”, seed 0',
        runId: 'r0',
        sha256: 'd00dfeed'.repeat(8),
        normalisation: 'imagenet',
        outputs: [],
        synthetic: true,
        licenceNote: '',
        createdAt: '2025-01-01T00:00:00.000Z',
      },
    ],
    results: computeStudyResults({
      studyId: 'study-1',
      studyName: spec.name,
      synthetic: dataset.synthetic,
      thresholdAuc: protocol.thresholdAuc,
      endpoints: dataset.target.endpoints,
      arms: arms.map((arm) => ({
        armId: arm.id,
        model: arm.model,
        modelName: MODEL_NAMES[arm.model],
        initLabel: arm.initLabel,
        trainSize: arm.trainSize,
        parameters: 1_077_925,
        paperParameters: 1_076_480,
        runsTotal: spec.seeds.length,
      })),
      runs: finished,
      testImages: [],
    }),
    bundle: null,
    runs,
    origins: arms.map((arm) => ({ armId: arm.id, summary: 'block1 to block4: copied, frozen; head: random' })),
    curves,
    filters: views,
    similarity: similarities(arms, runs),
    movement: arms.map((arm) => movement(arm, spec.seeds.length)),
    weightRuns: arms.flatMap((arm) => runWeights(arm, runs)),
    answers: {},
    configuration: stringify(spec),
    files: [{ name: 'results.csv', holds: 'AUCs and comparisons, one row per arm and endpoint' }],
  };
}

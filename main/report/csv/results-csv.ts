/** The results as CSV: `results.csv` (arm x endpoint), `runs.csv` (run x endpoint), `predictions.csv` (run x image). */
import { resampledArm, resampledComparison, type StudyResults } from '../../../shared/results/results.ts';
import type { Prediction, RunSummary } from '../../../shared/run/run.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import { formatCsv, formatRecords, type CsvCell } from './csv.ts';

/** Columns of `results.csv` with what they hold; the report prints this list. */
export const ARM_COLUMNS = {
  arm_id: 'model/initialisation/training-set size',
  model: 'model',
  init: 'initialisation',
  train_size: 'training images asked for (or all)',
  endpoint_id: 'endpoint',
  endpoint: 'name of the endpoint',
  headline: 'true for endpoints that chose the checkpoint',
  positives: 'positive test images',
  negatives: 'negative test images',
  unknown: 'test images left out of this endpoint because their label is unknown',
  test_patients: 'patients in the test set',
  runs_total: 'runs planned',
  runs_finished: 'runs that finished',
  auc_mean: 'mean test AUC over seeds',
  auc_sd: 'sample standard deviation over seeds',
  auc_low95: 'lower end of the 95 % interval of the mean',
  auc_high95: 'upper end of the 95 % interval of the mean',
  interval_kind: 'delong, or delong-clustered (patients as clusters)',
  bootstrap_low95: 'lower end of the 95 % interval of the mean over seeds and patients (hierarchical bootstrap)',
  bootstrap_high95: 'upper end of the same',
  note: 'why a number is missing, or what to mind',
  compared_with: 'arm_id of the arm it is compared with',
  difference: 'mean AUC minus that of the arm it is compared with',
  difference_low95: 'lower end of the 95 % interval of the difference over test patients',
  difference_high95: 'upper end of the 95 % interval of the difference over test patients',
  z: 'difference divided by its standard error over test patients',
  p_value: 'two-sided, over test patients, not adjusted for multiple comparisons',
  total_low95: 'lower end of the 95 % interval of the difference over patients and seeds',
  total_high95: 'upper end of the 95 % interval of the difference over patients and seeds',
  total_p_value: 'two-sided, over patients and seeds',
  total_p_holm: 'the same, adjusted by Holm’s method over all comparisons of the study',
  difference_bootstrap_low95:
    'lower end of the 95 % interval of the difference over seeds and patients (hierarchical bootstrap)',
  difference_bootstrap_high95: 'upper end of the same',
  bootstrap_seed: 'seed of the bootstrap draws',
  threshold_auc: 'validation AUC that steps to threshold wait for',
  median_steps_to_threshold: 'Kaplan-Meier median over seeds; empty where at least half the runs never reached it',
  runs_below_threshold: 'finished runs that never reached it (censored)',
  steps_ratio:
    'this median divided by that of the first arm of the same model and size; empty where a median is not known',
  steps_ratio_low95: 'lower end of its 95 % interval over seeds (bootstrap); empty = none',
  steps_ratio_high95: 'upper end of the same; empty = none',
  steps_p_value: 'exact two-sided rank test of the steps of both arms (Gehan), not adjusted',
  parameters: 'parameters of the model',
  mean_seconds: 'mean wall-clock seconds of a run',
  mean_step_ms: 'mean milliseconds of a training step',
} as const;

/** One row per arm and endpoint, columns {@link ARM_COLUMNS}. */
export function armsCsv(results: StudyResults): string {
  const judged = judgeComparisons(results);
  const rows = results.arms.flatMap((arm) =>
    results.endpoints.map((endpoint): Record<keyof typeof ARM_COLUMNS, CsvCell> => {
      const value = arm.endpoints.find((candidate) => candidate.endpointId === endpoint.id);
      const comparison = judged.find((c) => c.endpointId === endpoint.id && c.armA === arm.armId);
      const resampled = resampledArm(results, arm.armId, endpoint.id);
      const difference = comparison === undefined ? null : resampledComparison(results, comparison);
      return {
        arm_id: arm.armId,
        model: arm.modelName,
        init: arm.initLabel,
        train_size: arm.trainSize,
        endpoint_id: endpoint.id,
        endpoint: endpoint.name,
        headline: endpoint.headline,
        positives: endpoint.positives,
        negatives: endpoint.negatives,
        unknown: endpoint.unknown,
        test_patients: results.test.patients,
        runs_total: arm.runsTotal,
        runs_finished: arm.runsFinished,
        auc_mean: value?.mean ?? null,
        auc_sd: value?.sd ?? null,
        auc_low95: value?.low ?? null,
        auc_high95: value?.high ?? null,
        interval_kind: results.intervalKind,
        bootstrap_low95: resampled?.low ?? null,
        bootstrap_high95: resampled?.high ?? null,
        note: [value?.why, comparison?.why].filter((why) => why).join(' ') || null,
        compared_with: comparison?.armB ?? null,
        difference: comparison?.difference ?? null,
        difference_low95: comparison?.low ?? null,
        difference_high95: comparison?.high ?? null,
        z: comparison?.z ?? null,
        p_value: comparison?.p ?? null,
        total_low95: comparison?.total?.low ?? null,
        total_high95: comparison?.total?.high ?? null,
        total_p_value: comparison?.total?.p ?? null,
        total_p_holm: comparison?.adjustedP ?? null,
        difference_bootstrap_low95: difference?.low ?? null,
        difference_bootstrap_high95: difference?.high ?? null,
        bootstrap_seed: results.bootstrap?.seed ?? null,
        threshold_auc: results.thresholdAuc,
        median_steps_to_threshold: arm.medianStepsToThreshold,
        runs_below_threshold: arm.stepsToThreshold.filter((run) => run.steps === null).length,
        steps_ratio: arm.stepsRatio?.ratio ?? null,
        steps_ratio_low95: arm.stepsRatio?.low ?? null,
        steps_ratio_high95: arm.stepsRatio?.high ?? null,
        steps_p_value: arm.stepsRatio?.test?.p ?? null,
        parameters: arm.parameters,
        mean_seconds: arm.meanSeconds,
        mean_step_ms: arm.meanStepMs,
      };
    }),
  );
  return formatRecords(ARM_COLUMNS, rows);
}

/** Columns of `runs.csv` with what they hold. */
export const RUN_COLUMNS = {
  run_id: 'run',
  arm_id: 'model/initialisation/training-set size',
  seed: 'seed',
  state: 'state of the run',
  attempts: 'times the run was started or resumed',
  endpoint_id: 'endpoint; empty for a run without a result',
  auc: 'test AUC of this run',
  se: 'standard error of the AUC',
  auc_low95: 'lower end of the 95 % interval',
  auc_high95: 'upper end of the 95 % interval',
  positives: 'positive test images',
  negatives: 'negative test images',
  note: 'why a number is missing, or what to mind',
  steps: 'training steps done',
  planned_steps: 'steps of the whole schedule; more than steps where the run stopped early',
  best_step: 'step of the checkpoint that was tested',
  best_validation_auc: 'its headline validation AUC',
  steps_to_threshold: 'first evaluated step at or above the threshold; empty = never',
  train_images: 'training images used',
  skipped_images: 'images that could not be decoded',
  seconds: 'wall-clock seconds of training and evaluation',
  mean_step_ms: 'mean milliseconds of a training step',
  wait_ms: 'of these, waiting for images',
  augment_ms: 'milliseconds to augment and normalise one training image, in another thread',
  decoded_images: 'images decoded by this run; the others were in the cache',
  decode_ms: 'milliseconds to check and decode one of them, in another thread',
  class_weights: 'weights of positive and negative labels by output (JSON); empty = all 1',
  peak_memory_bytes: 'largest memory of the run process',
  device: 'device',
  predictions_sha256: 'SHA-256 of the predictions file of the run',
  started_at: 'start (UTC)',
  finished_at: 'end (UTC)',
} as const;

/** One row per finished run and endpoint, and one per run without a result; columns {@link RUN_COLUMNS}. */
export function runsCsv(results: StudyResults, runs: readonly RunSummary[]): string {
  const rows = runs.flatMap((run): Partial<Record<keyof typeof RUN_COLUMNS, CsvCell>>[] => {
    const arm = results.arms.find((candidate) => candidate.armId === run.armId);
    const aucs = (arm?.endpoints ?? []).flatMap((endpoint) => {
      const found = endpoint.runs.find((value) => value.runId === run.id);
      return found === undefined ? [] : [{ endpointId: endpoint.endpointId, ...found }];
    });
    const { result } = run;
    const facts = {
      run_id: run.id,
      arm_id: run.armId,
      seed: run.seed,
      state: run.state,
      attempts: run.attempts,
      ...(result === null
        ? {}
        : {
            steps: result.steps,
            planned_steps: result.stoppedEarly?.plannedSteps ?? result.steps,
            best_step: result.bestStep,
            best_validation_auc: result.bestValidationAuc,
            steps_to_threshold: result.stepsToThreshold,
            train_images: result.trainImages,
            skipped_images: result.skippedImages,
            seconds: result.seconds,
            mean_step_ms: result.meanStepMs,
            wait_ms: result.timing?.waitMs ?? null,
            augment_ms: result.timing?.augmentMs ?? null,
            decoded_images: result.timing?.decodedImages ?? null,
            decode_ms: result.timing?.decodeMs ?? null,
            class_weights: result.classWeights === null ? null : JSON.stringify(result.classWeights),
            peak_memory_bytes: result.peakMemoryBytes,
            device: result.device,
            predictions_sha256: result.predictionsSha256,
            started_at: result.startedAt,
            finished_at: result.finishedAt,
          }),
    };
    if (aucs.length === 0) return [{ ...facts, note: run.error?.message ?? null }];
    return aucs.map((value) => ({
      ...facts,
      endpoint_id: value.endpointId,
      auc: value.auc,
      se: value.se,
      auc_low95: value.low,
      auc_high95: value.high,
      positives: value.positives,
      negatives: value.negatives,
      note: value.why,
    }));
  });
  return formatRecords(RUN_COLUMNS, rows);
}

/**
 * One row per run and scored image of the validation and test splits. `image_id` and `patient` are the library's own opaque
 * numbers. `label:*` is 1, 0 or empty (unknown).
 */
export function predictionsCsv(
  outputs: readonly string[],
  runs: readonly { run: Pick<RunSummary, 'id' | 'armId' | 'seed'>; predictions: readonly Prediction[] }[],
): string {
  const header = [
    ...['run_id', 'arm_id', 'seed', 'split', 'image_id', 'patient', 'eye'],
    ...outputs.map((output) => `label:${output}`),
    ...outputs.map((output) => `probability:${output}`),
  ];
  const rows = runs.flatMap(({ run, predictions }) =>
    predictions.map((row): CsvCell[] => [
      ...[run.id, run.armId, run.seed, row.split, row.imageId, row.patient, row.eye],
      ...row.labels,
      ...row.probabilities,
    ]),
  );
  return formatCsv(header, rows);
}

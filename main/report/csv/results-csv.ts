/** The results as CSV: `results.csv` (arm x endpoint), `runs.csv` (run x endpoint), `predictions.csv` (run x image). */
import { resampledArm, resampledComparison, type RunAuc, type StudyResults } from '../../../shared/results/results.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import type { Prediction, RunSummary } from '../../../shared/run/run.ts';
import { formatColumns, formatCsv, type CsvCell, type CsvColumns } from '../../../shared/tables/csv.ts';

type ArmRow = ReturnType<typeof armRows>[number];

/** Columns of `results.csv`; the report and the documentation print what they hold. */
export const ARM_COLUMNS = {
  arm_id: ['model/initialisation/training-set size', ({ arm }) => arm.armId],
  model: ['model', ({ arm }) => arm.modelName],
  init: ['initialisation', ({ arm }) => arm.initLabel],
  train_size: ['training images asked for (or all)', ({ arm }) => arm.trainSize],
  endpoint_id: ['endpoint', ({ endpoint }) => endpoint.id],
  endpoint: ['name of the endpoint', ({ endpoint }) => endpoint.name],
  headline: ['true for endpoints that chose the checkpoint', ({ endpoint }) => endpoint.headline],
  positives: ['positive test images', ({ endpoint }) => endpoint.positives],
  negatives: ['negative test images', ({ endpoint }) => endpoint.negatives],
  unknown: ['test images left out of this endpoint because their label is unknown', ({ endpoint }) => endpoint.unknown],
  test_patients: ['patients in the test set', ({ results }) => results.test.patients],
  runs_total: ['runs planned', ({ arm }) => arm.runsTotal],
  runs_finished: ['runs that finished', ({ arm }) => arm.runsFinished],
  auc_mean: ['mean test AUC over seeds', ({ value }) => value?.mean],
  auc_sd: ['sample standard deviation over seeds', ({ value }) => value?.sd],
  auc_low95: ['lower end of the 95 % interval of the mean', ({ value }) => value?.low],
  auc_high95: ['upper end of the 95 % interval of the mean', ({ value }) => value?.high],
  interval_kind: ['delong, or delong-clustered (patients as clusters)', ({ results }) => results.intervalKind],
  bootstrap_low95: [
    'lower end of the 95 % interval of the mean over seeds and patients (hierarchical bootstrap)',
    ({ resampled }) => resampled?.low,
  ],
  bootstrap_high95: ['upper end of the same', ({ resampled }) => resampled?.high],
  note: [
    'why a number is missing, or what to mind',
    ({ value, comparison }) => [value?.why, comparison?.why].filter((why) => why).join(' ') || null,
  ],
  compared_with: ['arm_id of the arm it is compared with', ({ comparison }) => comparison?.armB],
  difference: ['mean AUC minus that of the arm it is compared with', ({ comparison }) => comparison?.difference],
  difference_low95: [
    'lower end of the 95 % interval of the difference over test patients',
    ({ comparison }) => comparison?.low,
  ],
  difference_high95: [
    'upper end of the 95 % interval of the difference over test patients',
    ({ comparison }) => comparison?.high,
  ],
  z: ['difference divided by its standard error over test patients', ({ comparison }) => comparison?.z],
  p_value: ['two-sided, over test patients, not adjusted for multiple comparisons', ({ comparison }) => comparison?.p],
  total_low95: [
    'lower end of the 95 % interval of the difference over patients and seeds',
    ({ comparison }) => comparison?.total?.low,
  ],
  total_high95: [
    'upper end of the 95 % interval of the difference over patients and seeds',
    ({ comparison }) => comparison?.total?.high,
  ],
  total_p_value: ['two-sided, over patients and seeds', ({ comparison }) => comparison?.total?.p],
  total_p_holm: [
    'the same, adjusted by Holm’s method over all comparisons of the study',
    ({ comparison }) => comparison?.adjustedP,
  ],
  difference_bootstrap_low95: [
    'lower end of the 95 % interval of the difference over seeds and patients (hierarchical bootstrap)',
    ({ resampledDifference }) => resampledDifference?.low,
  ],
  difference_bootstrap_high95: ['upper end of the same', ({ resampledDifference }) => resampledDifference?.high],
  bootstrap_seed: ['seed of the bootstrap draws', ({ results }) => results.bootstrap?.seed],
  threshold_auc: ['validation AUC that steps to threshold wait for', ({ results }) => results.thresholdAuc],
  median_steps_to_threshold: [
    'Kaplan-Meier median over seeds; empty where at least half the runs never reached it',
    ({ arm }) => arm.medianStepsToThreshold,
  ],
  runs_below_threshold: [
    'finished runs that never reached it (censored)',
    ({ arm }) => arm.stepsToThreshold.filter((run) => run.steps === null).length,
  ],
  steps_ratio: [
    'this median divided by that of the first arm of the same model and size; empty where a median is not known',
    ({ arm }) => arm.stepsRatio?.ratio,
  ],
  steps_ratio_low95: [
    'lower end of its 95 % interval over seeds (bootstrap); empty = none',
    ({ arm }) => arm.stepsRatio?.low,
  ],
  steps_ratio_high95: ['upper end of the same; empty = none', ({ arm }) => arm.stepsRatio?.high],
  steps_p_value: [
    'exact two-sided rank test of the steps of both arms (Gehan), not adjusted',
    ({ arm }) => arm.stepsRatio?.test?.p,
  ],
  parameters: ['parameters of the model', ({ arm }) => arm.parameters],
  mean_seconds: ['mean wall-clock seconds of a run', ({ arm }) => arm.meanSeconds],
  mean_step_ms: ['mean milliseconds of a training step', ({ arm }) => arm.meanStepMs],
} as const satisfies CsvColumns<ArmRow>;

/** One row per arm and endpoint, columns {@link ARM_COLUMNS}. */
export function armsCsv(results: StudyResults): string {
  return formatColumns<ArmRow>(ARM_COLUMNS, armRows(results));
}

function armRows(results: StudyResults) {
  const judged = judgeComparisons(results);
  return results.arms.flatMap((arm) =>
    results.endpoints.map((endpoint) => {
      const comparison = judged.find((c) => c.endpointId === endpoint.id && c.armA === arm.armId);
      return {
        ...{ results, arm, endpoint, comparison },
        value: arm.endpoints.find((candidate) => candidate.endpointId === endpoint.id),
        resampled: resampledArm(results, arm.armId, endpoint.id),
        resampledDifference: comparison === undefined ? null : resampledComparison(results, comparison),
      };
    }),
  );
}

interface RunRow {
  run: RunSummary;
  /** Undefined where the run has no result. */
  auc: (RunAuc & { endpointId: string }) | undefined;
}

/** Columns of `runs.csv`. */
export const RUN_COLUMNS = {
  run_id: ['run', ({ run }) => run.id],
  arm_id: ['model/initialisation/training-set size', ({ run }) => run.armId],
  seed: ['seed', ({ run }) => run.seed],
  state: ['state of the run', ({ run }) => run.state],
  attempts: ['times the run was started or resumed', ({ run }) => run.attempts],
  endpoint_id: ['endpoint; empty for a run without a result', ({ auc }) => auc?.endpointId],
  auc: ['test AUC of this run', ({ auc }) => auc?.auc],
  se: ['standard error of the AUC', ({ auc }) => auc?.se],
  auc_low95: ['lower end of the 95 % interval', ({ auc }) => auc?.low],
  auc_high95: ['upper end of the 95 % interval', ({ auc }) => auc?.high],
  positives: ['positive test images', ({ auc }) => auc?.positives],
  negatives: ['negative test images', ({ auc }) => auc?.negatives],
  note: [
    'why a number is missing, or what to mind',
    ({ run, auc }) => (auc === undefined ? run.error?.message : auc.why),
  ],
  steps: ['training steps done', ({ run }) => run.result?.steps],
  planned_steps: [
    'steps of the whole schedule; more than steps where the run stopped early',
    ({ run }) => run.result?.stoppedEarly?.plannedSteps ?? run.result?.steps,
  ],
  best_step: ['step of the checkpoint that was tested', ({ run }) => run.result?.bestStep],
  best_validation_auc: ['its headline validation AUC', ({ run }) => run.result?.bestValidationAuc],
  steps_to_threshold: [
    'first evaluated step at or above the threshold; empty = never',
    ({ run }) => run.result?.stepsToThreshold,
  ],
  train_images: ['training images used', ({ run }) => run.result?.trainImages],
  skipped_images: ['images that could not be decoded', ({ run }) => run.result?.skippedImages],
  seconds: ['wall-clock seconds of training and evaluation', ({ run }) => run.result?.seconds],
  mean_step_ms: ['mean milliseconds of a training step', ({ run }) => run.result?.meanStepMs],
  wait_ms: ['of these, waiting for images', ({ run }) => run.result?.timing?.waitMs],
  augment_ms: [
    'milliseconds to augment and normalise one training image, in another thread',
    ({ run }) => run.result?.timing?.augmentMs,
  ],
  decoded_images: [
    'images decoded by this run; the others were in the cache',
    ({ run }) => run.result?.timing?.decodedImages,
  ],
  decode_ms: [
    'milliseconds to check and decode one of them, in another thread',
    ({ run }) => run.result?.timing?.decodeMs,
  ],
  class_weights: [
    'weights of positive and negative labels by output (JSON); empty = all 1',
    ({ run }) => run.result?.classWeights && JSON.stringify(run.result.classWeights),
  ],
  peak_memory_bytes: ['largest memory of the run process', ({ run }) => run.result?.peakMemoryBytes],
  device: ['device', ({ run }) => run.result?.device],
  predictions_sha256: ['SHA-256 of the predictions file of the run', ({ run }) => run.result?.predictionsSha256],
  started_at: ['start (UTC)', ({ run }) => run.result?.startedAt],
  finished_at: ['end (UTC)', ({ run }) => run.result?.finishedAt],
} as const satisfies CsvColumns<RunRow>;

/** One row per finished run and endpoint, and one per run without a result; columns {@link RUN_COLUMNS}. */
export function runsCsv(results: StudyResults, runs: readonly RunSummary[]): string {
  return formatColumns<RunRow>(RUN_COLUMNS, runRows(results, runs));
}

function runRows(results: StudyResults, runs: readonly RunSummary[]): RunRow[] {
  return runs.flatMap((run): RunRow[] => {
    const arm = results.arms.find((candidate) => candidate.armId === run.armId);
    const aucs = (arm?.endpoints ?? []).flatMap((endpoint) => {
      const found = endpoint.runs.find((value) => value.runId === run.id);
      return found === undefined ? [] : [{ run, auc: { endpointId: endpoint.endpointId, ...found } }];
    });
    return aucs.length === 0 ? [{ run, auc: undefined }] : aucs;
  });
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

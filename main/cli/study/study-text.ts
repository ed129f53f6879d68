/** Studies and runs in words, for a terminal. */
import { formatDate, formatDuration, formatMilliseconds } from '../../../shared/words/times.ts';
import { formatNumber } from '../../../shared/words/numbers.ts';
import { describeEarlyStops, describeWaiting } from '../../../shared/run/run-words.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { StudyDetail, StudySummary } from '../../../shared/study/study.ts';
import { describeOrigin, summariseOrigins, type TensorOrigin } from '../../../shared/weights/tensor-origins.ts';
import { formatTable } from '../output/output.ts';

export function listText(studies: readonly StudySummary[]): string {
  if (studies.length === 0) return 'No studies yet. `study run SPEC.yaml` runs one.';
  return formatTable({
    header: ['name', 'dataset', 'state', 'runs', 'best AUC', 'best arm', 'created'],
    rows: studies.map((study) => [
      study.name,
      study.datasetName,
      study.state,
      `${study.runs.succeeded}/${study.runs.total}`,
      formatNumber(study.headline?.meanAuc),
      study.headline?.armId ?? '',
      formatDate(study.createdAt),
    ]),
    rightAligned: [3, 4],
  });
}

export function showText(study: StudyDetail, runs: readonly RunSummary[]): string {
  return [
    `${study.name} (${study.id})`,
    `Dataset ${study.datasetName}${study.synthetic ? ' (synthetic)' : ''}. ${stateText(study)}`,
    '',
    runsText(runs),
    ...failureLines(runs),
    ...timingLines(runs),
    '',
    study.methods,
  ].join('\n');
}

export function statusText(study: StudySummary, runs: readonly RunSummary[]): string {
  const active = runs.filter((run) => run.progress !== null && run.state === 'running');
  return [stateText(study), ...active.map((run) => `${runName(run)}: ${progressOf(run)}`), ...failureLines(runs)].join(
    '\n',
  );
}

function stateText({ state, runs }: StudySummary): string {
  const parts = [
    `${runs.succeeded} of ${runs.total} runs finished`,
    ...(runs.running > 0 ? [`${runs.running} running`] : []),
    ...(runs.queued > 0 ? [`${runs.queued} queued`] : []),
    ...(runs.failed > 0 ? [`${runs.failed} failed`] : []),
    ...(runs.other > 0 ? [`${runs.other} paused, interrupted or cancelled`] : []),
  ];
  return `State: ${state}; ${parts.join(', ')}.`;
}

function runsText(runs: readonly RunSummary[]): string {
  return formatTable({
    header: ['run', 'arm', 'seed', 'state', 'attempts', 'best step', 'validation AUC', 'time'],
    rows: runs.map((run) => [
      run.id,
      run.armId,
      String(run.seed),
      run.state === 'running' ? `running, ${progressOf(run)}` : run.state,
      String(run.attempts),
      run.result === null ? '' : String(run.result.bestStep),
      run.result === null ? '' : formatNumber(run.result.bestValidationAuc),
      run.result === null ? '' : formatDuration(run.result.seconds),
    ]),
    rightAligned: [2, 4, 5, 6, 7],
  });
}

/** Milliseconds of each finished run, and what waiting for images means; with what early stopping did. */
function timingLines(runs: readonly RunSummary[]): string[] {
  const measured = runs.flatMap(({ armId, seed, result }) =>
    result === null || result.timing === null ? [] : [{ armId, seed, result, timing: result.timing }],
  );
  if (measured.length === 0) return [];
  const table = formatTable({
    header: ['arm', 'seed', 'step', 'of it waiting', 'decoding an image', 'decoded', 'augmenting an image'],
    rows: measured.map(({ armId, seed, result, timing }) => [
      armId,
      String(seed),
      formatMilliseconds(result.meanStepMs),
      formatMilliseconds(timing.waitMs),
      timing.decodeMs === null ? '' : formatMilliseconds(timing.decodeMs),
      String(timing.decodedImages),
      timing.augmentMs === null ? '' : formatMilliseconds(timing.augmentMs),
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6],
  });
  const waited = measured.flatMap(({ armId, seed, result, timing }) => {
    const sentence = describeWaiting({ steps: result.steps, stepMs: result.meanStepMs, waitMs: timing.waitMs });
    return sentence === null ? [] : [`${armId}, seed ${seed}: ${sentence}`];
  });
  const stops = describeEarlyStops(runs.map((run) => run.result));
  return ['', table, ...waited, ...(stops === null ? [] : [stops])];
}

function failureLines(runs: readonly RunSummary[]): string[] {
  return runs.flatMap((run) =>
    run.error === null ? [] : [`${runName(run)}: ${run.error.message} ${run.error.action ?? ''}`.trimEnd()],
  );
}

function runName(run: RunSummary): string {
  return `${run.armId}, seed ${run.seed}`;
}

function progressOf({ progress }: RunSummary): string {
  if (progress === null) return 'starting';
  const { phase, done, total, etaSeconds, atMost } = progress;
  const left = etaSeconds === null ? '' : `, ${atMost === true ? 'at most ' : ''}${formatDuration(etaSeconds)} left`;
  return `${phase} ${done} of ${total}${left}`;
}

/** Where the first values of a run's tensors came from: by stage, then each tensor. */
export function originsText(run: RunSummary, tensors: readonly TensorOrigin[]): string {
  if (tensors.length === 0)
    return `${runName(run)} has not finished: where its tensors came from is told by its result.`;
  return [
    `${runName(run)}: ${summariseOrigins(tensors)}.`,
    '',
    formatTable({
      header: ['stage', 'tensor', 'shape', 'first values'],
      rows: tensors.map((tensor) => [tensor.stage, tensor.name, tensor.shape.join(' x '), describeOrigin(tensor)]),
    }),
  ].join('\n');
}

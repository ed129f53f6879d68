/** Studies and runs in words, for a terminal. */
import { describeEarlyStops, describeWaiting } from '../../../shared/run/run-words.ts';
import { originsTable, runsTable, timingTable } from '../../../shared/run/run-tables.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import { describeProgress, PHASE_WORDS, timeLeft } from '../../../shared/run/state-words.ts';
import { armWords } from '../../../shared/study/arms.ts';
import { studiesTable } from '../../../shared/study/study-tables.ts';
import type { StudyDetail, StudySummary } from '../../../shared/study/study.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { summariseOrigins, type TensorOrigin } from '../../../shared/weights/tensor-origins.ts';

export function listText(studies: readonly StudySummary[]): string {
  if (studies.length === 0) return 'No studies yet. `study run SPEC.yaml` runs one.';
  return tableText(studiesTable(studies));
}

export function showText(study: StudyDetail, runs: readonly RunSummary[]): string {
  const arms = study.arms.map((arm) => ({ ...arm, armId: arm.id }));
  return [
    `${study.name} (${study.id})`,
    `Dataset ${study.datasetName}${study.synthetic ? ' (synthetic)' : ''}. ${stateText(study)}`,
    '',
    tableText(runsTable({ runs, arms, whole: true })),
    ...failureLines(runs),
    ...timingLines(runs, arms),
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

/** Milliseconds of each finished run, and what waiting for images means; with what early stopping did. */
function timingLines(runs: readonly RunSummary[], arms: Parameters<typeof timingTable>[1]): string[] {
  const table = timingTable(runs, arms);
  if (table === null) return [];
  const waited = runs.flatMap((run) => {
    if (run.result?.timing == null) return [];
    const { steps, meanStepMs: stepMs, timing } = run.result;
    const sentence = describeWaiting({ steps, stepMs, waitMs: timing.waitMs });
    return sentence === null ? [] : [`${runName(run)}: ${sentence}`];
  });
  const stops = describeEarlyStops(runs.map((run) => run.result));
  return ['', tableText(table), ...waited, ...(stops === null ? [] : [stops])];
}

function failureLines(runs: readonly RunSummary[]): string[] {
  return runs.flatMap((run) =>
    run.error === null ? [] : [`${runName(run)}: ${run.error.message} ${run.error.action ?? ''}`.trimEnd()],
  );
}

const runName = (run: RunSummary): string => `${armWords(run)}, seed ${run.seed}`;

function progressOf({ progress }: RunSummary): string {
  return progress === null ? PHASE_WORDS.starting : `${describeProgress(progress)}${timeLeft(progress)}`;
}

/** Where the first values of a run's tensors came from: by stage, then each tensor. */
export function originsText(run: RunSummary, tensors: readonly TensorOrigin[]): string {
  if (tensors.length === 0)
    return `${runName(run)} has not finished: where its tensors came from is told by its result.`;
  return [
    `${runName(run)}: ${summariseOrigins(tensors)}.`,
    '',
    tableText(originsTable(tensors), { unfold: true }),
  ].join('\n');
}

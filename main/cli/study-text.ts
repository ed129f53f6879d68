/** Studies and runs in words, for a terminal. */
import { formatAuc, formatDuration } from '../../shared/format.ts';
import type { RunSummary } from '../../shared/run.ts';
import type { StudyDetail, StudySummary } from '../../shared/study.ts';
import { formatTable } from './output.ts';

export function listText(studies: readonly StudySummary[]): string {
  if (studies.length === 0) return 'No studies yet. `study run SPEC.yaml` runs one.';
  return formatTable({
    header: ['name', 'dataset', 'state', 'runs', 'best AUC', 'best arm', 'created'],
    rows: studies.map((study) => [
      study.name,
      study.datasetName,
      study.state,
      `${study.runs.succeeded}/${study.runs.total}`,
      formatAuc(study.headline?.meanAuc ?? null),
      study.headline?.armId ?? '',
      study.createdAt.slice(0, 10),
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
      run.result === null ? '' : formatAuc(run.result.bestValidationAuc),
      run.result === null ? '' : formatDuration(run.result.seconds),
    ]),
    rightAligned: [2, 4, 5, 6, 7],
  });
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
  const { phase, done, total, etaSeconds } = progress;
  const left = etaSeconds === null ? '' : `, ${formatDuration(etaSeconds)} left`;
  return `${phase} ${done} of ${total}${left}`;
}

/** States and phases of runs and studies in words. */
import { formatDuration } from '../words/times.ts';
import { formatCount } from '../words/numbers.ts';
import type { RunPhase, RunProgress, RunState } from './run.ts';
import type { StudyState } from '../study/study.ts';

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';

export const PHASE_WORDS: Record<RunPhase, string> = {
  starting: 'Starting',
  caching: 'Decoding images',
  extracting: 'Evaluating the frozen stages',
  training: 'Training',
  evaluating: 'Scoring the validation split',
  testing: 'Scoring the test split',
  finished: 'Finished',
};

const PHASE_UNITS: Record<RunPhase, string> = {
  starting: '',
  caching: 'images',
  extracting: 'images',
  training: 'steps',
  evaluating: 'images',
  testing: 'images',
  finished: '',
};

export const RUN_STATE_WORDS: Record<RunState, { label: string; tone: Tone }> = {
  queued: { label: 'Queued', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  pausing: { label: 'Pausing', tone: 'info' },
  paused: { label: 'Paused', tone: 'warn' },
  cancelling: { label: 'Cancelling', tone: 'neutral' },
  succeeded: { label: 'Finished', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  interrupted: { label: 'Interrupted', tone: 'warn' },
};

export const STUDY_STATE_WORDS: Record<StudyState, { label: string; tone: Tone }> = {
  draft: { label: 'Draft', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  paused: { label: 'Paused', tone: 'warn' },
  finished: { label: 'Finished', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  interrupted: { label: 'Interrupted', tone: 'warn' },
};

/** `Training, 120 of 400 steps`. */
export function describeProgress({ phase, done, total }: RunProgress): string {
  const unit = PHASE_UNITS[phase];
  if (unit === '' || total === 0) return PHASE_WORDS[phase];
  return `${PHASE_WORDS[phase]}, ${formatCount(done)} of ${formatCount(total)} ${unit}`;
}

/** `, 3 min 20 s left`, or at most that where the run may stop early; empty while unknown. */
export function timeLeft(progress: RunProgress | null): string {
  if (progress === null || progress.etaSeconds === null) return '';
  return `, ${progress.atMost === true ? 'at most ' : ''}${formatDuration(progress.etaSeconds)} left`;
}

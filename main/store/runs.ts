/** Runs: one arm at one seed, with its state in the queue, and its result once it has one. */
import type { Database } from 'better-sqlite3';
import { AppError } from '../../shared/system/errors.ts';
import {
  runErrorSchema,
  runProgressSchema,
  runResultSchema,
  runSummarySchema,
  type Prediction,
  type RunError,
  type RunProgress,
  type RunResult,
  type RunState,
  type RunSummary,
} from '../../shared/run/run.ts';
import { trainSizeSchema } from '../../shared/study/study.ts';
import type { PredictionRepository } from './predictions.ts';
import { jsonColumn, rowReader } from './rows.ts';

export interface NewRun extends Pick<
  RunSummary,
  'id' | 'studyId' | 'armId' | 'model' | 'initLabel' | 'trainSize' | 'seed'
> {
  createdAt: string;
  /** Starts so far; default 0. */
  attempts?: number;
}

const runRow = runSummarySchema.extend({
  trainSize: jsonColumn(trainSizeSchema),
  progress: jsonColumn(runProgressSchema).nullable(),
  error: jsonColumn(runErrorSchema).nullable(),
  result: jsonColumn(runResultSchema).nullable(),
});

export function runRepository(db: Database, predictions: PredictionRepository) {
  const rows = rowReader(db, 'runs', runRow);
  const get = (id: string): RunSummary | null => rows.get('SELECT * FROM runs WHERE id = ?', id);

  function stop(id: string, state: 'failed' | 'interrupted', error: RunError, finishedAt: string): void {
    db.prepare("UPDATE runs SET state = ?, error = ?, finished_at = ? WHERE id = ? AND state <> 'succeeded'").run(
      state,
      JSON.stringify(error),
      finishedAt,
      id,
    );
  }

  return {
    get,
    /** Appends to the queue in the order given, state `queued`. Throws a SQLite error when arm and seed exist in the study. */
    insert(runs: readonly NewRun[]): void {
      const statement = db.prepare(`
        INSERT INTO runs (id, study_id, arm_id, model, init_label, train_size, seed, state, attempts, queue_position,
          created_at)
        VALUES (:id, :studyId, :armId, :model, :initLabel, :trainSize, :seed, 'queued', :attempts,
          (SELECT coalesce(max(queue_position), 0) + 1 FROM runs), :createdAt)`);
      db.transaction(() => {
        for (const run of runs) statement.run({ attempts: 0, ...run, trainSize: JSON.stringify(run.trainSize) });
      })();
    },
    /** In queue order. */
    listByStudy: (studyId: string) =>
      rows.all('SELECT * FROM runs WHERE study_id = ? ORDER BY queue_position', studyId),
    listByState: (states: readonly RunState[]) =>
      rows.all(
        'SELECT * FROM runs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY queue_position',
        JSON.stringify(states),
      ),
    /** Moves a run between states only if it is in one of `from`; false when it was not. Clears the error. */
    transition: (id: string, from: readonly RunState[], to: RunState) =>
      db
        .prepare('UPDATE runs SET state = ?, error = NULL WHERE id = ? AND state IN (SELECT value FROM json_each(?))')
        .run(to, id, JSON.stringify(from)).changes > 0,
    /** `queued` -> `running` with one more attempt; null when the run is no longer queued. */
    beginAttempt(id: string, startedAt: string): RunSummary | null {
      // Not by RETURNING: reading its row hides that the commit failed on a full disk.
      const { changes } = db
        .prepare(
          `UPDATE runs SET state = 'running', attempts = attempts + 1, error = NULL, progress = NULL, started_at = ?
           WHERE id = ? AND state = 'queued'`,
        )
        .run(startedAt, id);
      return changes > 0 ? get(id) : null;
    },
    setProgress(id: string, progress: RunProgress): void {
      db.prepare('UPDATE runs SET progress = ? WHERE id = ?').run(JSON.stringify(progress), id);
    },
    /** Ends without a result, with the error that the user sees. A finished run stays as it is. */
    stop,
    /**
     * State, result and all predictions in one transaction. A second call with the same result changes nothing and returns
     * false; predictions are never doubled.
     */
    finish: ({ id, result, ...run }: { id: string; result: RunResult; predictions: readonly Prediction[] }) =>
      db.transaction(() => {
        const before = get(id);
        if (before === null) throw new AppError('not-found', 'Expected a run of this library, but it was removed.');
        if (before.state === 'succeeded' && before.result?.predictionsSha256 === result.predictionsSha256) return false;
        db.prepare("UPDATE runs SET state = 'succeeded', result = ?, error = NULL, finished_at = ? WHERE id = ?").run(
          JSON.stringify(runResultSchema.parse(result)),
          result.finishedAt,
          id,
        );
        predictions.replace(id, run.predictions);
        return true;
      })(),
  };
}

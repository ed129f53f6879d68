/** What a study's finished runs predicted: read in one place, and what was computed of it kept in one place. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunResult, RunSummary } from '../../../shared/run/run.ts';
import type { DetailedRun } from '../../analysis/study/study-details.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';

/** A finished run with its predictions of the validation and test images. */
export interface PredictedRun extends DetailedRun {
  result: RunResult;
}

/** Computations that are kept at most, the latest used: a page changes between few. */
const KEPT = 30;

interface Computation {
  done: Promise<unknown>;
  value?: unknown;
}

export function createPredictedStudies(store: Store) {
  const computations = new Map<string, Computation>();

  const keyOf = (study: StoredStudy, what: readonly unknown[]): string =>
    JSON.stringify([study.id, predictionsState(store.runs.listByStudy(study.id)), what]);

  async function read(study: StoredStudy): Promise<PredictedRun[]> {
    const runs: PredictedRun[] = [];
    for (const { id: runId, armId, seed, result } of runsInOrder(store, study)) {
      if (result === null) continue;
      const validation = store.predictions.list(runId, 'validation');
      runs.push({ runId, armId, seed, result, validation, test: store.predictions.list(runId, 'test') });
      await nextTurn();
    }
    return runs;
  }

  return {
    /** The finished runs, in order. Other work gets its turn between runs: a large study has hundreds of thousands of predictions. */
    read,
    /** Of the test images, by id. */
    attributes: ({ datasetId }: StoredStudy) =>
      new Map(
        store.datasets
          .images(datasetId)
          .filter(({ split }) => split === 'test')
          .map(({ id, sex, age, view, site, eye }) => [id, { sex, age, view, site, eye }]),
      ),
    /**
     * What `compute` makes of the runs, kept while no run has finished; `what` tells it from other computations, and names all else that it
     * depends on. Two callers wait for one computation; one that fails is tried again by the next caller. `runs`: where they were read already.
     */
    kept<T>(
      study: StoredStudy,
      what: readonly unknown[],
      compute: (runs: PredictedRun[]) => T | Promise<T>,
      runs?: PredictedRun[],
    ): Promise<T> {
      const key = keyOf(study, what);
      const held: Computation = computations.get(key) ?? {
        done: (runs === undefined ? read(study) : Promise.resolve(runs)).then(compute),
      };
      computations.delete(key);
      computations.set(key, held);
      for (const old of [...computations.keys()].slice(0, -KEPT)) computations.delete(old);
      held.done.then(
        (value) => (held.value = value),
        () => computations.delete(key),
      );
      return held.done as Promise<T>;
    },
    /** What `kept` has made; undefined while it has not. */
    made: <T>(study: StoredStudy, what: readonly unknown[]) =>
      computations.get(keyOf(study, what))?.value as T | undefined,
  };
}

export type PredictedStudies = ReturnType<typeof createPredictedStudies>;

/** Changes when a run has finished, and with nothing else. */
export function predictionsState(runs: readonly RunSummary[]): string[] {
  return runs.map(({ id, result }) => `${id}:${result?.predictionsSha256 ?? ''}`);
}

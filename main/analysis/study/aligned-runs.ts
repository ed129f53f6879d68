/** Predictions of several runs on the same images, in one order. */
import type { Prediction } from '../../../shared/run/run.ts';

export interface AlignedRuns {
  /** By run id: rows of the images that every run scored, ordered by image id. */
  rowsByRun: Map<string, Prediction[]>;
  /** These images, as the first run has them; empty without a run. */
  common: Prediction[];
  /** Images that some run scored and some did not. */
  leftOut: number;
}

export function alignRuns(runs: readonly { runId: string; predictions: readonly Prediction[] }[]): AlignedRuns {
  const scoredBy = new Map<string, number>();
  for (const run of runs) {
    for (const { imageId } of run.predictions) scoredBy.set(imageId, (scoredBy.get(imageId) ?? 0) + 1);
  }
  const rowsByRun = new Map<string, Prediction[]>();
  for (const run of runs) {
    const rows = run.predictions.filter(({ imageId }) => scoredBy.get(imageId) === runs.length);
    rowsByRun.set(
      run.runId,
      rows.sort((a, b) => (a.imageId < b.imageId ? -1 : a.imageId > b.imageId ? 1 : 0)),
    );
  }
  const common = runs[0] === undefined ? [] : (rowsByRun.get(runs[0].runId) as Prediction[]);
  return { rowsByRun, common, leftOut: scoredBy.size - common.length };
}

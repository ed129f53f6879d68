/** What training did to the weights of a study's runs: computed from the stored files, a tensor at a time, and kept in memory. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { ArmWeightMovement, LayerWeights, RunWeights } from '../../../shared/weights/weight-changes.ts';
import { weightHistogram } from '../../analysis/weights/histogram.ts';
import {
  addSums,
  meanAndSd,
  weightMovementOf,
  weightMovementSums,
  type WeightMovementSums,
} from '../../analysis/weights/weight-movement.ts';
import { parameterSpecs, type ParameterSpec } from '../../engine/graph/definition.ts';
import { MODELS } from '../../engine/models/catalogue.ts';
import { openSafetensors, type SafetensorsReader } from '../../engine/weights/safetensors-reader.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { hasWeights, runFiles, type RunFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import { requireArm, requireRun, requireStudy } from '../require.ts';

/** Weights of finished runs do not change; an analysis of many layers is some hundred kilobytes. */
const KEPT_RUNS = 100;

export function createWeightAnalysisService({ store, paths }: { store: Store; paths: LibraryPaths }) {
  const kept = new Map<string, Promise<RunWeights>>();

  function analyse(runId: string): Promise<RunWeights> {
    const { armId, seed, studyId, result } = requireRun(store, runId);
    const { model } = requireArm(requireStudy(store, studyId).arms, armId);
    const files = runFiles(paths.run(studyId, runId));
    if (result === null || !hasWeights(files)) {
      throw new AppError('not-found', 'Expected a finished run with its weights, found none with this id.', {
        action: 'Wait until the run has finished.',
      });
    }
    return analyseFiles(model, files).then((found) => ({ runId, armId, seed, ...found }));
  }

  async function analyseOnce(runId: string): Promise<RunWeights> {
    const held = kept.get(runId) ?? analyse(runId);
    kept.delete(runId);
    kept.set(runId, held);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_RUNS && oldest !== undefined) kept.delete(oldest);
    try {
      return await held;
    } catch (error) {
      kept.delete(runId);
      throw error;
    }
  }

  return {
    /**
     * Every kernel of a finished run, before against after training.
     * @throws AppError `not-found` where there is no such run or it has not finished, `io` or `bad-input` where its files are damaged
     */
    run: analyseOnce,
    /** How far each stage moved, by arm: mean and SD over its finished runs. @throws AppError `not-found`. */
    async movement(studyId: string): Promise<ArmWeightMovement[]> {
      const study = requireStudy(store, studyId);
      const runs = store.runs.listByStudy(studyId).filter(({ id, result }) => {
        return result !== null && hasWeights(runFiles(paths.run(studyId, id)));
      });
      const arms: ArmWeightMovement[] = [];
      for (const { id: armId } of study.arms) {
        const own: RunWeights[] = [];
        for (const run of runs) if (run.armId === armId) own.push(await analyseOnce(run.id));
        if (own.length > 0) arms.push(summariseArm(armId, own));
      }
      return arms;
    },
  };
}

export type WeightAnalysisService = ReturnType<typeof createWeightAnalysisService>;

async function analyseFiles(model: ModelId, files: RunFiles): Promise<Pick<RunWeights, 'layers' | 'stages'>> {
  const before = openSafetensors(files.initial);
  try {
    const after = openSafetensors(files.best);
    try {
      return await analyseTensors(model, before, after);
    } finally {
      after.close();
    }
  } finally {
    before.close();
  }
}

async function analyseTensors(
  model: ModelId,
  before: SafetensorsReader,
  after: SafetensorsReader,
): Promise<Pick<RunWeights, 'layers' | 'stages'>> {
  const layers: LayerWeights[] = [];
  const sums = new Map<string, WeightMovementSums[]>();
  for (const spec of kernelsOf(model)) {
    const [start, end] = [before.read(spec.name), after.read(spec.name)];
    if (start.values.length !== end.values.length) {
      throw new AppError('io', `Expected ${spec.name} to have one shape before and after training, found two.`, {
        action: 'Run the study again; its weight files do not belong together.',
      });
    }
    const part = weightMovementSums(start.values, end.values);
    sums.set(spec.stage, [...(sums.get(spec.stage) ?? []), part]);
    layers.push({
      layer: spec.layer,
      stage: spec.stage,
      shape: end.shape,
      ...weightMovementOf(part),
      histogram: weightHistogram(start.values, end.values),
    });
    // A large network has tens of millions of weights: others get their turn between its layers.
    await nextTurn();
  }
  return { layers, stages: [...sums].map(([stage, parts]) => ({ stage, ...weightMovementOf(addSums(parts)) })) };
}

/** Kernels from the image up (Keras's order of tensors follows its layers, so that of the graph is used). */
function kernelsOf(model: ModelId): ParameterSpec[] {
  const { stages } = MODELS[model];
  const place = (stage: string): number => (stages.includes(stage) ? stages.indexOf(stage) : stages.length);
  return parameterSpecs(MODELS[model].graph(1))
    .filter(({ role }) => role === 'kernel')
    .sort((a, b) => place(a.stage) - place(b.stage));
}

function summariseArm(armId: string, runs: readonly RunWeights[]): ArmWeightMovement {
  const stages = runs[0]?.stages.map(({ stage }) => stage) ?? [];
  return {
    armId,
    runs: runs.length,
    stages: stages.map((stage) => {
      const own = runs.flatMap((run) => run.stages.filter((candidate) => candidate.stage === stage));
      return {
        stage,
        relativeDistance: meanAndSd(own.map(({ relativeDistance }) => relativeDistance)),
        cosine: meanAndSd(own.map(({ cosine }) => cosine)),
      };
    }),
  };
}

/** Weight sets of the library: pretrained weights that initialisations start from. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import type { WeightSetSummary } from '../../shared/models.ts';
import { commitFile, toFileError } from '../platform/atomic-file.ts';
import type { LibraryPaths } from '../platform/library-paths.ts';
import { readRunConfig, runFiles } from '../runs/run-folder.ts';
import type { Store } from '../store/open.ts';

export interface WeightsService {
  /** Newest first. */
  list(): WeightSetSummary[];
  /** By id or name. @throws AppError `not-found`. */
  find(idOrName: string): WeightSetSummary;
  /** Registers the best weights of a finished run under a name of its own. @throws AppError `bad-input`, `conflict`, `not-found`. */
  fromRun(request: { runId: string; name: string }): WeightSetSummary;
  /** @throws AppError `conflict` while a study starts from it. */
  remove(id: string): void;
}

export function createWeightsService({ store, paths }: { store: Store; paths: LibraryPaths }): WeightsService {
  function find(idOrName: string): WeightSetSummary {
    const set = store.weights.find(idOrName);
    if (set !== null) return set;
    throw new AppError('not-found', `Expected the name or id of a weight set, got "${idOrName}".`, {
      action: '`weights list` shows the weight sets of this library.',
    });
  }

  return {
    list: () => store.weights.list(),
    find,
    fromRun({ runId, name: given }) {
      const name = given.trim();
      if (name === '') throw new AppError('bad-input', 'Expected a name for the weights, got none.');
      if (store.weights.find(name) !== null) {
        throw new AppError('conflict', `Expected a new name, but there are weights called "${name}" already.`, {
          action: 'Choose another name, or remove those weights first.',
        });
      }
      const run = store.runs.get(runId);
      const study = run === null ? null : store.studies.get(run.studyId);
      const dataset = study === null ? null : store.datasets.summary(study.datasetId);
      if (run === null || study === null || dataset === null) {
        throw new AppError('not-found', 'Expected the id of a run, but there is none with this id.', {
          action: '`study show STUDY` lists the runs of a study.',
        });
      }
      if (run.state !== 'succeeded') {
        throw new AppError('conflict', `Expected a finished run; this one is ${run.state}.`, {
          action: 'Wait until it has finished, or choose another run.',
        });
      }
      const folder = paths.run(study.id, runId);
      const config = readRunConfig(folder);
      const id = randomUUID();
      const sha256 = copyWeights(runFiles(folder).best, paths.weightsFile(id));
      const weights: WeightSetSummary = {
        id,
        name,
        model: config.model,
        source: 'run',
        origin: `run of study "${study.name}" (${run.initLabel}), seed ${run.seed}, on dataset "${dataset.name}"`,
        runId,
        sha256,
        normalisation: config.protocol.normalisation,
        outputs: config.outputs,
        synthetic: dataset.synthetic,
        licenceNote: `Trained in this library; the terms of the images of "${dataset.name}" may apply.`,
        createdAt: new Date().toISOString(),
      };
      try {
        store.weights.insert(weights);
      } catch (error) {
        fs.rmSync(paths.weightsFile(id), { force: true });
        throw error;
      }
      return weights;
    },
    remove(id) {
      const set = store.weights.get(id);
      if (set === null)
        throw new AppError('not-found', 'Expected the id of a weight set, but there is none with this id.');
      const users = store.weights.usedBy(id);
      if (users.length > 0) {
        const names = users.map((user) => `"${user}"`).join(', ');
        throw new AppError(
          'conflict',
          `The weights "${set.name}" cannot be removed: studies start from them (${names}).`,
          {
            action: 'Remove these studies first.',
          },
        );
      }
      store.weights.remove(id);
      fs.rmSync(paths.weightsFile(id), { force: true });
    },
  };
}

/** Copies a file and returns the SHA-256 of what was copied. */
function copyWeights(from: string, to: string): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(from);
  } catch (error) {
    throw toFileError(error, 'The weights of the run cannot be read.');
  }
  commitFile(to, (temporary) => fs.writeFileSync(temporary, bytes));
  return createHash('sha256').update(bytes).digest('hex');
}

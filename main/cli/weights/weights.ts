/** `weights import|known|download|list|show|from-run|export|remove`. */
import { Option, type Command } from 'commander';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import { MODEL_IDS } from '../../../shared/study/models.ts';
import { NORMALISATIONS } from '../../../shared/study/protocol.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import { weightsImportSchema } from '../../../shared/weights/weights.ts';
import type { App } from '../../app.ts';
import type { CliContext } from '../context.ts';
import { followJob } from '../output/follow-job.ts';
import { detailText, knownText, listText, previewText } from './weights-text.ts';

interface ImportFlags {
  model?: string;
  part?: string;
  name?: string;
  normalisation?: string;
  licence?: string;
  sourceNote?: string;
  preview?: boolean;
}

interface FromRunFlags {
  name: string;
  arm?: string;
  seed?: string;
}

export function register(program: Command, context: CliContext): void {
  const weights = program.command('weights').description('weight sets that initialisations start from');

  weights
    .command('import')
    .description(
      'import pretrained weights: Keras HDF5, PyTorch (.pth, .pt, .ckpt), safetensors, TensorFlow.js layers models, checkpoints of runs',
    )
    .argument('<file>', 'the file, or the folder of a TensorFlow.js model')
    .addOption(new Option('--model <model>', 'the model it must fit (default: detected)').choices(MODEL_IDS))
    .option('--part <prefix>', 'which of several networks in a file of PyTorch: what its names begin with')
    .option('--name <name>', 'name of the weight set (default: that of the file)')
    .addOption(new Option('--normalisation <kind>', 'preprocessing that the weights expect').choices(NORMALISATIONS))
    .option('--licence <note>', 'terms of the weights')
    .option('--source-note <note>', 'where the file comes from')
    .option('--preview', 'only show what would be imported')
    .action(async (file: string, { preview, ...flags }: ImportFlags) => {
      const request = weightsImportSchema.parse({ file: path.resolve(file), ...flags });
      const { services } = await context.app({ write: preview !== true });
      if (preview === true) {
        const found = await services.weights.inspect(request, context.signal);
        context.out.result(found, () => previewText(found));
        return;
      }
      await showKept(context, services, services.weights.import(request).id);
    });

  weights
    .command('known')
    .description('public weight files that can be downloaded or imported from disk')
    .action(async () => {
      const { services } = await context.app({ write: false });
      const known = services.weights.known();
      context.out.result(known, () => knownText(known));
    });

  weights
    .command('download')
    .description('download a known public file, check its hash and import it; goes on where it stopped')
    .argument('<known>', 'its id, from `weights known`')
    .option('--name <name>', 'name of the weight set (default: the id)')
    .action(async (id: string, { name }: { name?: string }) => {
      const { services } = await context.app({ write: true });
      const known = services.weights.known().find((file) => file.id === id);
      if (known) context.out.note(`From ${known.url}. ${known.licence}`);
      await showKept(context, services, services.weights.download({ id, name }).id);
    });

  weights
    .command('list')
    .description('all weight sets of the library')
    .action(async () => {
      const { services } = await context.app({ write: false });
      const sets = services.weights.list();
      context.out.result(sets, () => listText(sets));
    });

  weights
    .command('show')
    .description('provenance, hashes, matching report and tensors of a weight set')
    .argument('<weights>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: false });
      const detail = services.weights.get(services.weights.find(name).id);
      context.out.result(detail, () => detailText(detail));
    });

  weights
    .command('from-run')
    .description('keep the best weights of a finished run under a name')
    .argument('<run>', 'id of a run, or name of a study')
    .requiredOption('--name <name>', 'name of the weight set')
    .option('--arm <arm>', 'arm of the study, where it has several')
    .option('--seed <seed>', 'seed, where there are several')
    .action(async (run: string, flags: FromRunFlags) => {
      const { services } = await context.app({ write: true });
      const { id } = chooseRun(services, run, flags);
      const set = services.weights.fromRun({ runId: id, name: flags.name });
      context.out.result(set, `Weights "${set.name}" (${set.model}): ${set.origin}.`);
    });

  weights
    .command('export')
    .description('write a weight set as a safetensors file (float16) that `weights import` reads on another machine')
    .argument('<weights>', 'name or id')
    .requiredOption('--out <file>', 'the file to write')
    .option('--licence <note>', 'terms of the weights (default: as the library has them)')
    .action(async (name: string, { out, licence }: { out: string; licence?: string }) => {
      const { services } = await context.app({ write: false });
      const { sha256, bytes } = services.weights.export({ id: name, file: path.resolve(out), licence });
      context.out.result({ file: out, sha256, bytes }, `Written to ${out}: ${formatBytes(bytes)}, SHA-256 ${sha256}.`);
    });

  weights
    .command('remove')
    .description('remove a weight set that no study starts from')
    .argument('<weights>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: true });
      const set = services.weights.find(name);
      services.weights.remove(set.id);
      context.out.result({ removed: set.id }, `Removed the weights "${set.name}".`);
    });
}

/** Waits for the job that makes a weight set, and shows the set. */
async function showKept(context: CliContext, services: App['services'], jobId: string): Promise<void> {
  const { weightsId } = (await followJob({ context, jobs: services.jobs, id: jobId })) as { weightsId: string };
  const detail = services.weights.get(weightsId);
  context.out.result(detail, () => detailText(detail));
}

/** The run of this id, or the one finished run of the study of this name that arm and seed leave over. */
export function chooseRun(
  services: Pick<App['services'], 'runs' | 'studies'>,
  reference: string,
  { arm, seed }: Pick<FromRunFlags, 'arm' | 'seed'>,
): RunSummary {
  try {
    return services.runs.get(reference);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
  }
  const finished = services.runs.list(services.studies.find(reference)).filter((run) => run.state === 'succeeded');
  const chosen = finished.filter(
    (run) => (arm === undefined || run.armId === arm) && (seed === undefined || String(run.seed) === seed),
  );
  const [only, ...others] = chosen;
  if (only === undefined) {
    throw new AppError('not-found', 'Expected a finished run of the study with this arm and seed, found none.', {
      action: finished.length === 0 ? 'No run of this study has finished yet.' : `Finished are: ${runNames(finished)}.`,
    });
  }
  if (others.length > 0) {
    throw new AppError('bad-input', `Expected one run, found ${chosen.length} finished ones in this study.`, {
      action: `Choose with --arm and --seed: ${runNames(chosen)}.`,
    });
  }
  return only;
}

const runNames = (runs: readonly RunSummary[]): string => runs.map((run) => `${run.armId} seed ${run.seed}`).join('; ');

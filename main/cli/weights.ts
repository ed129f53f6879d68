/** `weights list|from-run|remove`. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { WeightSetSummary } from '../../shared/models.ts';
import type { RunSummary } from '../../shared/run.ts';
import type { App } from '../app.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';

interface FromRunFlags {
  name: string;
  arm?: string;
  seed?: string;
}

export function register(program: Command, context: CliContext): void {
  const weights = program.command('weights').description('weight sets that initialisations start from');

  weights
    .command('list')
    .description('all weight sets of the library')
    .action(async () => {
      const { services } = await context.app({ write: false });
      const sets = services.weights.list();
      context.out.result(sets, () => listText(sets));
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
  const finished = services.runs
    .list(services.studies.find(reference))
    .filter((run) => run.state === 'succeeded')
    .filter((run) => (arm === undefined || run.armId === arm) && (seed === undefined || String(run.seed) === seed));
  const [only, ...others] = finished;
  if (only === undefined) {
    throw new AppError('not-found', 'Expected a finished run of the study with this arm and seed, found none.', {
      action: '`study show STUDY` lists its runs.',
    });
  }
  if (others.length > 0) {
    throw new AppError('bad-input', `Expected one run, found ${finished.length} finished ones in this study.`, {
      action: `Choose with --arm and --seed: ${finished.map((run) => `${run.armId} seed ${run.seed}`).join('; ')}.`,
    });
  }
  return only;
}

function listText(sets: readonly WeightSetSummary[]): string {
  if (sets.length === 0) return 'No weight sets yet. `weights from-run RUN --name NAME` keeps those of a finished run.';
  return formatTable({
    header: ['name', 'model', 'origin', 'data', 'normalisation', 'SHA-256', 'created'],
    rows: sets.map((set) => [
      set.name,
      set.model,
      set.origin,
      set.synthetic ? 'synthetic' : 'real',
      set.normalisation,
      set.sha256.slice(0, 12),
      set.createdAt.slice(0, 10),
    ]),
  });
}

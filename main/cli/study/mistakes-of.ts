/** Whose errors a command is about: an arm, or one run of it, and an endpoint, by the words of the command line. */
import { AppError } from '../../../shared/system/errors.ts';
import type { MistakesOf } from '../../../shared/mistakes/mistakes.ts';
import type { AppServices } from '../../services/app-services.ts';
import { chooseEndpoints } from './results.ts';

export interface ErrorsFlags {
  arm?: string;
  seed?: number;
  endpoint?: string;
  rule: string;
}

/**
 * The first arm with a finished run and the first headline endpoint, where none is named.
 * @throws AppError `bad-input` for a seed or endpoint that is not there, or where nothing has finished
 */
export async function chooseErrors(
  services: AppServices,
  studyId: string,
  flags: ErrorsFlags,
): Promise<MistakesOf & { rule: string }> {
  const finished = services.runs.list(studyId).filter(({ result }) => result !== null);
  const { arms, datasetId } = await services.studies.get(studyId);
  const armId = flags.arm ?? arms.find(({ id }) => finished.some((run) => run.armId === id))?.id;
  if (armId === undefined) {
    throw new AppError('bad-input', 'Expected a finished run to look at, found none in this study.', {
      action: 'Wait until a run has finished; `study status STUDY` tells how far it is.',
    });
  }
  const run = finished.find((candidate) => candidate.armId === armId && candidate.seed === flags.seed);
  if (flags.seed !== undefined && run === undefined) {
    const seeds = finished.filter((candidate) => candidate.armId === armId).map(({ seed }) => seed);
    throw new AppError('bad-input', `Expected the seed of a finished run of ${armId}, got ${flags.seed}.`, {
      action: seeds.length === 0 ? 'No run of this arm has finished.' : `Choose one of ${seeds.join(', ')}.`,
    });
  }
  const wanted = flags.endpoint === undefined ? [] : [flags.endpoint];
  const [endpointId = ''] = chooseEndpoints(services.datasets.get(datasetId).target, wanted);
  return { studyId, armId, endpointId, rule: flags.rule, ...(run === undefined ? {} : { runId: run.id }) };
}

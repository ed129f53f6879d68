/** Runs of a study as tables: what each came to, what its time went into, where its first values came from. Pure. */
import { armCells } from '../results/tables/arm-cells.ts';
import type { ArmFacts } from '../study/arms.ts';
import { count, EMPTY, missing, number, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { describeOrigin, originsByStage, type StageOrigins, type TensorOrigin } from '../weights/tensor-origins.ts';
import { shortHash } from '../words/numbers.ts';
import type { RunResult, RunSummary } from './run.ts';
import { describeProgress, RUN_STATE_WORDS, timeLeft } from './state-words.ts';

type NamedArms = readonly (ArmFacts & { armId: string })[];

interface RunsTable {
  runs: readonly RunSummary[];
  arms: NamedArms;
  /** Runs and hashes whole; else they are cut, so that the table fits a page. */
  whole: boolean;
  anchorOf?: (runId: string) => string;
}

export function runsTable({ runs, arms, whole, anchorOf }: RunsTable): Table {
  const nameOf = armCells(arms);
  const environments = findEnvironments(runs);
  const short = (text: string): string => (whole ? text : shortHash(text));
  const of =
    (read: (result: RunResult) => number | null, form: 'count' | 'duration' | 3) =>
    ({ result }: RunSummary) =>
      number(result === null ? null : read(result), form);
  return buildTable<RunSummary>({
    caption: 'Runs',
    notes: [
      'The tested step is that of the checkpoint with the best validation AUC. Starts count resumed runs more than once.',
      ...(whole ? [] : ['Long run numbers and hashes are cut; runs.csv has them whole.']),
      ...[...environments].map(([environment, letter]) => `Software ${letter}: ${environment}.`),
    ],
    groups: ungrouped(runs),
    rowOf: ({ id }) => (anchorOf === undefined ? { id } : { id, anchor: anchorOf(id) }),
    columns: [
      { key: 'run_id', head: 'Run', cell: ({ id }) => text(short(id), { mono: true }) },
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'full' }) },
      { key: 'seed', head: 'Seed', number: true, cell: ({ seed }) => number(seed, 0) },
      { key: 'state', head: 'State', cell: stateText },
      { key: 'steps', head: 'Steps', number: true, cell: of(({ steps }) => steps, 'count') },
      { key: 'best_step', head: 'Tested step', number: true, cell: of(({ bestStep }) => bestStep, 'count') },
      {
        key: 'validation_auc',
        head: 'Val. AUC',
        number: true,
        cell: of(({ bestValidationAuc }) => bestValidationAuc, 3),
      },
      { key: 'seconds', head: 'Time', number: true, cell: of(({ seconds }) => seconds, 'duration') },
      { key: 'attempts', head: 'Starts', number: true, cell: ({ attempts }) => count(attempts) },
      {
        ...{ key: 'software', head: 'Software' },
        cell: ({ result }) => (result === null ? missing() : (environments.get(environmentOf(result)) ?? '')),
      },
      {
        ...{ key: 'predictions', head: 'Predictions', unit: 'SHA-256' },
        cell: ({ result }) => (result === null ? missing() : text(short(result.predictionsSha256), { mono: true })),
      },
    ],
  });
}

function stateText({ state, progress }: RunSummary): string {
  const { label } = RUN_STATE_WORDS[state];
  return state === 'running' && progress !== null
    ? `${label}: ${describeProgress(progress)}${timeLeft(progress)}`
    : label;
}

/** Each distinct device and set of versions with a letter, so that the table stays narrow. */
function findEnvironments(runs: readonly RunSummary[]): Map<string, string> {
  const found = new Set(runs.flatMap(({ result }) => (result === null ? [] : [environmentOf(result)])));
  return new Map([...found].map((environment, index) => [environment, String.fromCharCode(65 + (index % 26))]));
}

function environmentOf({ device, versions }: RunResult): string {
  return [device, ...Object.entries(versions).map(([name, version]) => `${name} ${version}`)].join(', ');
}

/** Milliseconds of each finished run; null where none was measured. */
export function timingTable(runs: readonly RunSummary[], arms: NamedArms): Table | null {
  const measured = runs.flatMap(({ armId, seed, result }) =>
    result?.timing == null ? [] : [{ armId, seed, stepMs: result.meanStepMs, ...result.timing }],
  );
  if (measured.length === 0) return null;
  const nameOf = armCells(arms);
  return buildTable<(typeof measured)[number]>({
    caption: 'What the time went into',
    groups: ungrouped(measured),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId) },
      { key: 'seed', head: 'Seed', number: true, cell: ({ seed }) => number(seed, 0) },
      { key: 'step_ms', head: 'Step', number: true, cell: ({ stepMs }) => number(stepMs, 'ms') },
      {
        key: 'wait_ms',
        head: 'Waiting',
        unit: 'of it, for images',
        number: true,
        cell: ({ waitMs }) => number(waitMs, 'ms'),
      },
      {
        key: 'decode_ms',
        head: 'Decoding',
        unit: 'an image',
        number: true,
        cell: ({ decodeMs }) => number(decodeMs, 'ms'),
      },
      {
        key: 'decoded_images',
        head: 'Decoded',
        unit: 'images',
        number: true,
        cell: ({ decodedImages }) => count(decodedImages),
      },
      {
        key: 'augment_ms',
        head: 'Augmenting',
        unit: 'an image',
        number: true,
        cell: ({ augmentMs }) => number(augmentMs, 'ms'),
      },
    ],
  });
}

/** Where the first values of a run's tensors came from: by stage, its tensors folded under it. */
export function originsTable(tensors: readonly TensorOrigin[]): Table {
  return buildTable<StageOrigins, TensorOrigin>({
    caption: 'Where the weights came from',
    notes: [
      'First values of every tensor, by stage. Neutral: batch norm and biases at 0 and 1. Frozen: training left it as it was.',
    ],
    groups: ungrouped(originsByStage(tensors)),
    childrenOf: (stage) => stage.tensors,
    columns: [
      { key: 'stage', head: 'Stage', cell: ({ stage }) => stage, child: ({ name }) => text(name, { mono: true }) },
      { key: 'origin', head: 'First values', cell: ({ words }) => words, child: describeOrigin },
      { key: 'shape', head: 'Shape', cell: () => EMPTY, child: ({ shape }) => shape.join(' × ') },
      { key: 'tensors', head: 'Tensors', number: true, cell: (stage) => count(stage.tensors.length) },
      {
        ...{ key: 'values', head: 'Values', number: true },
        cell: ({ values }) => count(values),
        child: ({ shape }) => count(shape.reduce((product, side) => product * side, 1)),
      },
    ],
  });
}

/** The same of each arm in one line; null where none is known. */
export function armOriginsTable(origins: readonly { armId: string; summary: string }[], arms: NamedArms): Table | null {
  const known = origins.filter(({ armId }) => arms.some((arm) => arm.armId === armId));
  if (known.length === 0) return null;
  const nameOf = armCells(arms);
  return buildTable<(typeof known)[number]>({
    caption: 'Where the first values of each arm’s tensors came from',
    notes: [
      'By stage from the image up. “Neutral”: batch normalisation and biases at 0 and 1; “frozen”: not changed by training.',
    ],
    groups: ungrouped(known),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'full' }) },
      { key: 'origin', head: 'First values', cell: ({ summary }) => summary },
    ],
  });
}

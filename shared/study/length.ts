/** How long a study may take on this machine: the image side, steps and seeds that end in time. Pure. */
import { countOf } from '../words/numbers.ts';
import type { Protocol } from './protocol.ts';

export const LENGTH_IDS = ['quick', 'hour', 'night', 'paper'] as const;
export type LengthId = (typeof LENGTH_IDS)[number];

export type BudgetId = Exclude<LengthId, 'paper'>;

/** As the wizard calls them. */
export const LENGTH_NAMES: Record<LengthId, string> = {
  quick: 'Quick look',
  hour: 'About an hour',
  night: 'Overnight',
  paper: "The paper's own",
};

interface Preset {
  budgetSeconds: number;
  /** Sides in pixels, the best first; none above the paper's is taken. */
  sides: readonly number[];
  /** Numbers of seeds, the best first. */
  seeds: readonly number[];
  /** A run that trains for so many epochs, or so many steps where images are many, is long enough to take the better side. */
  enough: { epochs: number; steps: number };
}

export const LENGTHS: Record<BudgetId, Preset> = {
  quick: {
    ...{ budgetSeconds: 180, sides: [64], seeds: [3, 2] },
    enough: { epochs: 3, steps: 150 },
  },
  hour: {
    ...{ budgetSeconds: 3600, sides: [224, 128, 96, 64], seeds: [5, 3] },
    enough: { epochs: 10, steps: 2000 },
  },
  night: {
    ...{ budgetSeconds: 36_000, sides: [587, 448, 224, 128, 96, 64], seeds: [5, 3] },
    enough: { epochs: 20, steps: 20_000 },
  },
};

/** The side at which {@link LengthFacts} names the cost of a step; it grows with the area. */
export const REFERENCE_SIDE = 64;
/** Starting a run and writing its files. */
const START_SECONDS = 4;
/** Validation is scored this often in a run. */
const SCORINGS = 5;
/** A scored image costs this part of a trained one (measured: an eighth to a third). */
const SCORED_PART = 1 / 3;
const LEAST_STEPS = 50;
const PAPER_SEEDS = 5;

/** Measured with one small model; others follow by their multiply-adds, roughly. */
export interface MachineSpeed {
  /** Seconds of training for each multiply-add of a forward pass of one image. */
  secondsPerMac: number;
  device: 'cpu' | 'gpu';
}

export interface LengthFacts {
  /** One of each arm: seconds of a training step at {@link REFERENCE_SIDE}, and what the model needs and trains on. */
  arms: readonly { secondsPerStep: number; minimumSize: number; trainImages: number }[];
  validation: number;
  test: number;
  protocol: Pick<Protocol, 'size' | 'batch' | 'epochs'>;
}

/** What a preset becomes on this machine. */
export interface StudyLength {
  size: number;
  steps: number;
  evaluateEverySteps: number;
  seeds: number;
  /** About what it takes, in all. */
  seconds: number;
}

/**
 * The best side and most seeds that leave a run long enough; the smallest study where none does, and then `seconds` is over the budget. The
 * paper's own has no budget.
 */
export function fitLength(id: LengthId, facts: LengthFacts): StudyLength {
  const { arms, protocol } = facts;
  const images = Math.max(1, ...arms.map(({ trainImages }) => trainImages));
  const epoch = Math.max(1, Math.floor(images / protocol.batch));
  const longest = Math.ceil(protocol.epochs * epoch);
  if (id === 'paper') return lengthOf({ size: protocol.size, seeds: PAPER_SEEDS }, longest, facts);
  const { budgetSeconds, sides, seeds, enough } = LENGTHS[id];
  const least = Math.max(...arms.map(({ minimumSize }) => minimumSize), Math.min(...sides));
  const usable = sides.filter((side) => side >= least && side <= protocol.size);
  const lengths = (usable.length > 0 ? usable : [least]).flatMap((size) =>
    seeds.map((count) => {
      const { fixed, perStep } = costs({ size, seeds: count }, facts);
      const affordable = Math.floor((budgetSeconds - fixed) / perStep / 10) * 10;
      return lengthOf({ size, seeds: count }, Math.max(LEAST_STEPS, Math.min(affordable, longest)), facts);
    }),
  );
  const wanted = Math.min(enough.epochs * epoch, enough.steps, longest);
  const found = lengths.find(({ steps, seconds }) => steps >= wanted && seconds <= budgetSeconds);
  return found ?? (lengths.at(-1) as StudyLength);
}

function lengthOf(shape: Pick<StudyLength, 'size' | 'seeds'>, steps: number, facts: LengthFacts): StudyLength {
  const { fixed, perStep } = costs(shape, facts);
  return { ...shape, steps, evaluateEverySteps: Math.ceil(steps / SCORINGS), seconds: fixed + perStep * steps };
}

/** Seconds that all runs take whatever their length, and for each step of every run. */
function costs({ size, seeds }: { size: number; seeds: number }, { arms, validation, test, protocol }: LengthFacts) {
  const area = (size / REFERENCE_SIDE) ** 2;
  const perStep = seeds * area * arms.reduce((sum, { secondsPerStep }) => sum + secondsPerStep, 0);
  const scored = ((SCORINGS + 1) * validation + test) / protocol.batch;
  return { fixed: seeds * arms.length * START_SECONDS + perStep * scored * SCORED_PART, perStep };
}

/** `64 pixels, 150 steps, 3 seeds`. */
export const lengthWords = ({ size, steps, seeds }: StudyLength): string =>
  `${size} pixels, ${countOf(steps, 'step')}, ${countOf(seeds, 'seed')}`;

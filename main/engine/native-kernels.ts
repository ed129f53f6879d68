/**
 * The ops of `native/`, which the set-up compiles for TensorFlow on the processor, and the choice whether to take them. The
 * results are the same up to rounding; what ran is stored with a run.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../../shared/system/errors.ts';

/**
 * Which convolutions and normalisations run. `tensorflow`: TensorFlow's own ops. `fft`: the native ones wherever they can.
 * `auto`: the native ones where they are faster, by op and shape alone.
 */
export const CONV_PATHS = ['auto', 'fft', 'tensorflow'] as const;
export type ConvPath = (typeof CONV_PATHS)[number];

/** The environment variable that sets the path for a process and those that it starts; see {@link CONV_PATHS}. */
export const CONV_PATH_VARIABLE = 'TRANSFUSION_CONV';

/** What the addon tells of itself. */
export interface NativeKernels {
  /** `plain`, `avx2` or `avx512`: the one that runs. */
  instructionSet: string;
  /** Those that this processor has, narrowest first, separated by spaces. */
  supportedSets: string;
  secondCacheBytes: number;
  thirdCacheBytes: number;
  threads: number;
  /** Estimated work of one pass of a stride-1 SAME convolution in real multiply-adds, transforms included; 0: it has no transform. */
  convolutionWork(batch: number, height: number, width: number, inputs: number, outputs: number, side: number): number;
}

/** `without`: instruction sets that the compiler could not make. */
export type NativeState = { kernels: NativeKernels; without: string[] } | { kernels: null; reason: string };

/** What the environment asks for; `auto` where it says nothing. @throws AppError `bad-input` */
export function chosenConvPath(value = process.env[CONV_PATH_VARIABLE]): ConvPath {
  if (value === undefined || value === '') return 'auto';
  const path = CONV_PATHS.find((known) => known === value);
  if (path) return path;
  throw new AppError('bad-input', `Expected ${CONV_PATH_VARIABLE} to be ${CONV_PATHS.join(', ')}, got "${value}".`, {
    action: `Unset ${CONV_PATH_VARIABLE}, or set it to one of them.`,
  });
}

/** Loads the addon that lies beside the binding in `folder`. The binding has to be loaded already: the addon adds ops to its TensorFlow. */
export function loadNativeKernels(folder: string): NativeState {
  const file = path.join(folder, 'transfusion_kernels.node');
  const state = stateBeside(path.join(folder, 'transfusion_kernels.json'));
  if (!fs.existsSync(file)) return { kernels: null, reason: reasonOf(state) };
  try {
    const kernels = createRequire(import.meta.url)(file) as NativeKernels;
    return { kernels, without: Object.keys(state?.without ?? {}) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kernels: null, reason: `the addon does not load beside this TensorFlow (${message})` };
  }
}

/** What the set-up left of its work. */
interface SetupState {
  reason?: string;
  without?: Record<string, string>;
}

function stateBeside(file: string): SetupState | null {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as SetupState | null;
  } catch {
    return null;
  }
}

/** Why there is no addon. */
const reasonOf = (state: SetupState | null): string =>
  state === null ? 'the set-up has not compiled them' : (state.reason ?? 'the compiled addon is missing');

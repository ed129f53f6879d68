/**
 * The one place that loads TensorFlow. It takes the native binding of `@tensorflow/tfjs-node-gpu` (a Node-API addon around
 * TensorFlow's C API) and leaves tfjs itself out: every op is run by its TensorFlow name, every tensor is owned explicitly.
 * The binding keeps one TensorFlow context per JavaScript thread, so it works in `worker_threads`.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { AppError } from '../../shared/system/errors.ts';
import { chosenConvPath, loadNativeKernels, type ConvPath, type NativeKernels } from './native-kernels.ts';

/** A tensor in TensorFlow's memory. Owned by whoever holds a reference; see {@link Tf.retain} and {@link Tf.release}. */
export interface DeviceTensor {
  readonly id: number;
  readonly shape: readonly number[];
  /** `TF_DataType` of the C API. */
  readonly dtype: number;
  /** Reference count; 0 means freed. Only this file changes it. */
  references: number;
}

/** One attribute of a TensorFlow op, as the binding takes it; built by `ops/attributes.ts`. */
export interface OpAttribute {
  name: string;
  /** `TF_AttrType` of the C API. */
  type: number;
  value: string | number | boolean | number[];
}

/** What is used of the addon's functions. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    outputs: number,
  ): { id: number; shape: number[]; dtype: number }[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  TF_Version: string;
}

export const DT_FLOAT = 1;
export const DT_DOUBLE = 2;
export const DT_INT32 = 3;

/**
 * Environment variables that TensorFlow and the C library read once, when a *process* starts or first loads TensorFlow. A
 * supervisor merges them into the environment of a process that will train (`fork(..., { env: { ...process.env, ...RUNTIME_ENVIRONMENT } })`);
 * a worker thread cannot set them, because its `process.env` is a copy.
 */
export const RUNTIME_ENVIRONMENT: Readonly<Record<string, string>> = {
  /** Errors only: no start-up notes about processors and plug-ins. */
  TF_CPP_MIN_LOG_LEVEL: '2',
  /** Reuse freed tensors' memory instead of giving it back to the system between ops: a fifth of a step's time, and less memory. */
  TF_CPU_ALLOCATOR_USE_BFC: 'true',
};

const TENSORFLOW_ONLY = { path: 'tensorflow', kernels: null } as const;

/** TensorFlow, ready to run ops. */
export class Tf {
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  readonly convPath: ConvPath;
  /** The native ops; null where TensorFlow's own run everywhere: on that path, on a GPU, or where they were not built. */
  readonly kernels: NativeKernels | null;
  readonly #binding: Binding;

  constructor(binding: Binding, native: { path: ConvPath; kernels: NativeKernels | null } = TENSORFLOW_ONLY) {
    this.#binding = binding;
    this.version = binding.TF_Version.trim();
    this.device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
    this.convPath = native.path;
    this.kernels = native.path === 'tensorflow' || this.device === 'gpu' ? null : native.kernels;
  }

  /** Which ops compute convolutions and normalisations, as it is stored with a run. */
  get kernelPath(): string {
    return this.kernels === null ? 'tensorflow' : `${this.convPath} (${this.kernels.instructionSet})`;
  }

  /** Runs one op; the caller owns the outputs. `inputs` keep their owners. Throws TensorFlow's message on a bad call. */
  execute(op: string, attributes: OpAttribute[], inputs: readonly DeviceTensor[], outputs: number): DeviceTensor[] {
    const ids = inputs.map((input) => {
      if (input.references <= 0) throw new AppError('internal', `An input of ${op} was used after it was freed.`);
      return input.id;
    });
    return this.#binding
      .executeOp(op, attributes, ids, outputs)
      .map(({ id, shape, dtype }) => ({ id, shape, dtype, references: 1 }));
  }

  /** {@link execute} for an op with exactly one output that matters (the first). */
  run(op: string, attributes: OpAttribute[], inputs: readonly DeviceTensor[]): DeviceTensor {
    return this.execute(op, attributes, inputs, 1)[0] as DeviceTensor;
  }

  /** Copies (or, where aligned, shares until release) a row-major array into a float32 tensor. */
  upload(shape: readonly number[], values: Float32Array): DeviceTensor {
    const id = this.#binding.createTensor([...shape], DT_FLOAT, values);
    return { id, shape: [...shape], dtype: DT_FLOAT, references: 1 };
  }

  /** A float32 scalar. */
  scalar(value: number): DeviceTensor {
    return this.upload([], Float32Array.of(value));
  }

  /** An int32 vector, as ops take shapes and axes. */
  int32(values: readonly number[]): DeviceTensor {
    return this.uploadInt32([values.length], Int32Array.from(values));
  }

  /** {@link upload} of 32-bit integers. */
  uploadInt32(shape: readonly number[], values: Int32Array): DeviceTensor {
    const id = this.#binding.createTensor([...shape], DT_INT32, values);
    return { id, shape: [...shape], dtype: DT_INT32, references: 1 };
  }

  /** A fresh copy of a float32 tensor's values, row-major. */
  download(tensor: DeviceTensor): Float32Array {
    return this.#binding.tensorDataSync(tensor.id) as Float32Array;
  }

  /** A fresh copy of an int32 tensor's values, row-major. */
  downloadInt32(tensor: DeviceTensor): Int32Array {
    return this.#binding.tensorDataSync(tensor.id) as Int32Array;
  }

  /** One more owner. */
  retain(tensor: DeviceTensor): DeviceTensor {
    if (tensor.references <= 0) throw new AppError('internal', 'A tensor was retained after it was freed.');
    tensor.references++;
    return tensor;
  }

  /** One owner less; the last one frees the memory. */
  release(...tensors: readonly DeviceTensor[]): void {
    for (const tensor of tensors) {
      if (tensor.references <= 0) throw new AppError('internal', 'A tensor was freed twice.');
      tensor.references--;
      if (tensor.references === 0) this.#binding.deleteTensor(tensor.id);
    }
  }

  /** Tensors alive in this thread, of any owner: constant from step to step. */
  liveTensors(): number {
    return this.#binding.getNumOfTensors();
  }
}

/** The native addon. Throws AppError `runtime-missing` where TensorFlow is not installed or does not start. */
export function loadBinding(): Binding {
  // A worker's process.env is a copy that the library would not see.
  if (isMainThread) for (const [name, value] of Object.entries(RUNTIME_ENVIRONMENT)) process.env[name] ??= value;
  try {
    return createRequire(import.meta.url)(path.join(bindingFolder(), 'tfjs_binding.node')) as Binding;
  } catch (cause) {
    throw new AppError('runtime-missing', 'Expected the TensorFlow runtime, found none that could be loaded.', {
      action:
        'Run `npm run transfusion -- doctor`, or `npm start` once: it sets the runtime up and says what is missing.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Where the set-up puts the binding and the native kernels. */
export function bindingFolder(): string {
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json');
  return path.join(path.dirname(file), 'lib', 'napi-v8');
}

let loaded: Tf | undefined;

/** TensorFlow of this thread, loaded when first asked for. Throws like {@link loadBinding}. */
export function loadTensorFlow(): Tf {
  if (loaded) return loaded;
  const convPath = chosenConvPath();
  const binding = loadBinding();
  // Not even loaded on TensorFlow's own path: that is the way out where they crash.
  const kernels = convPath === 'tensorflow' ? null : loadNativeKernels(bindingFolder()).kernels;
  loaded = new Tf(binding, { path: convPath, kernels });
  return loaded;
}

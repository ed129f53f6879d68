/**
 * HDF5 files through h5wasm, which reads them from disk piece by piece: one tensor at a time is in its memory. Tensors are decoded
 * here from the raw bytes, because h5wasm itself knows no float16.
 */
import { AppError } from '../../../shared/system/errors.ts';
import { elementCount } from '../tensors.ts';
import { DECODERS } from './number-formats.ts';

/** h5wasm's class of floating-point types. */
const FLOAT_CLASS = 1;
const FORMATS = { 2: 'F16', 4: 'F32', 8: 'F64' } as const;

export interface Hdf5Tensor {
  shape: number[];
  values: Float32Array;
  /** Bytes of one number in the file. */
  numberBytes: number;
}

/** Paths are absolute and use forward slashes. */
export interface Hdf5File {
  /** Names of the groups and datasets in a group; null where there is no such group. */
  children(group: string): { name: string; isGroup: boolean }[] | null;
  /** Text or list of texts of an attribute; null where it is absent or something else. */
  texts(object: string, attribute: string): string[] | null;
  /** Null where there is no such dataset. @throws AppError `bad-input` for what are no numbers of a known format. */
  tensor(dataset: string): Hdf5Tensor | null;
  close(): void;
}

/** @throws AppError `bad-input` for a damaged file; `unsupported` where h5wasm does not load. */
export async function openHdf5(file: string): Promise<Hdf5File> {
  const { File, Group, Dataset, Module } = await loadLibrary();
  let open: InstanceType<typeof File>;
  try {
    open = new File(file, 'r');
    open.keys();
  } catch (cause) {
    throw damaged('it cannot be opened', cause);
  }
  const at = (path: string) => guarded(() => open.get(path), 'its index cannot be read');

  return {
    children(path) {
      const group = path === '/' ? open : at(path);
      if (!(group instanceof Group)) return null;
      return guarded(
        () => group.keys().map((name) => ({ name, isGroup: group.get(name) instanceof Group })),
        'its index cannot be read',
      );
    },
    texts(path, attribute) {
      const object = path === '/' ? open : at(path);
      if (!(object instanceof Group) && !(object instanceof Dataset)) return null;
      return guarded(() => {
        const value = object.attrs[attribute]?.value;
        if (typeof value === 'string') return [trimmed(value)];
        if (Array.isArray(value)) return value.every((v) => typeof v === 'string') ? value.map(trimmed) : null;
        // An empty list has no texts to tell its type.
        return ArrayBuffer.isView(value) && value.byteLength === 0 ? [] : null;
      }, 'an attribute cannot be read');
    },
    tensor(path) {
      const dataset = at(path);
      if (!(dataset instanceof Dataset)) return null;
      const { type, size, shape, total_size: count } = dataset.metadata;
      const format = FORMATS[size as keyof typeof FORMATS] as (typeof FORMATS)[keyof typeof FORMATS] | undefined;
      if (type !== FLOAT_CLASS || format === undefined || shape === null || count !== elementCount(shape)) {
        throw new AppError(
          'bad-input',
          `Expected floating-point numbers in ${path} of the file, found something else.`,
          {
            action: 'Save the weights as float32, then import them again.',
          },
        );
      }
      const bytes = rawData(Module, { fileId: dataset.file_id, path, length: size * count });
      return { shape: [...shape], values: DECODERS[format].decode(bytes), numberBytes: size };
    },
    close: () => void open.close(),
  };
}

type Library = typeof import('h5wasm/node');
type Memory = Awaited<Library['ready']>;

async function loadLibrary(): Promise<Pick<Library, 'File' | 'Group' | 'Dataset'> & { Module: Memory }> {
  try {
    const library = await import('h5wasm/node');
    const Module = await library.ready;
    // Otherwise HDF5 writes what it finds wrong to standard error.
    Module.activate_throwing_error_handler();
    return { File: library.File, Group: library.Group, Dataset: library.Dataset, Module };
  } catch (cause) {
    throw new AppError('unsupported', 'The reader of HDF5 files could not be loaded.', {
      action: 'Run the set-up again, or convert the file to safetensors.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** The numbers of a dataset, decompressed, in the file's width and (by HDF5 itself) in little-endian order. */
function rawData(
  memory: Memory,
  { fileId, path, length }: { fileId: bigint; path: string; length: number },
): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  const pointer = memory._malloc(length);
  if (pointer === 0) throw damaged(`${path} announces ${length} bytes, more than fit into memory`);
  try {
    const status = guarded(
      () => memory.get_dataset_data(fileId, path, null, null, null, BigInt(pointer)),
      `${path} cannot be read`,
    );
    if (typeof status === 'number' && status < 0)
      throw damaged(`${path} cannot be read: it is cut off, or uses a compression that is not known here`);
    return memory.HEAPU8.slice(pointer, pointer + length);
  } finally {
    memory._free(pointer);
  }
}

/** Fixed-length texts are padded. */
const trimmed = (text: unknown): string => String(text).replace(/\0+$/, '');

function guarded<T>(read: () => T, failure: string): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof AppError ? cause : damaged(failure, cause);
  }
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('bad-input', `Expected an HDF5 file, found a damaged one: ${what}.`, {
    action: 'Copy or download the file again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

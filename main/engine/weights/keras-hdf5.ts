/** HDF5 files of Keras: which layers and tensors they hold, in the order that Keras itself would load them. */
import { AppError } from '../../../shared/system/errors.ts';
import { openHdf5, type Hdf5File, type Hdf5Tensor } from './hdf5.ts';
import { DECODERS, formatConversions } from './number-formats.ts';
import { layerByRoles, layerByShapes, roleOfName, type SourceLayer, type WeightFile } from './source-layers.ts';
import { compareNames } from './torch/layers.ts';

/** @throws AppError `bad-input` for a damaged file or one that Keras did not write */
export async function readKerasHdf5(file: string): Promise<WeightFile> {
  const hdf5 = await openHdf5(file);
  try {
    const formats = new Set<number>();
    const read = (path: string): Hdf5Tensor | null => {
      const tensor = hdf5.tensor(path);
      if (tensor !== null) formats.add(tensor.numberBytes);
      return tensor;
    };
    const root = hdf5.texts('/', 'layer_names') === null ? '/model_weights' : '/';
    const names = hdf5.texts(root, 'layer_names');
    const common = { naming: 'keras' as const, leftOut: [], told: {} };
    if (names !== null) {
      const layers = readLegacy(hdf5, { root, names, read });
      const version = versionOf(hdf5, root) ?? versionOf(hdf5, '/');
      const program = version === null ? 'Keras' : `Keras ${version}`;
      return { ...common, kind: 'keras-legacy', program, layers, conversions: conversionsOf(formats) };
    }
    const layers = readKeras3(hdf5, read);
    if (layers.length > 0) {
      return {
        ...common,
        kind: 'keras-3',
        program: 'Keras 3',
        isSorted: true,
        layers,
        conversions: conversionsOf(formats),
      };
    }
    throw new AppError('bad-input', 'Expected an HDF5 file of Keras, found one without layer names and weights.', {
      action: 'Save with `model.save_weights("name.weights.h5")` or `model.save("name.h5")`.',
    });
  } finally {
    hdf5.close();
  }
}

type ReadTensor = (path: string) => Hdf5Tensor | null;

const versionOf = (hdf5: Hdf5File, path: string): string | null => hdf5.texts(path, 'keras_version')?.[0] ?? null;

const conversionsOf = (numberBytes: ReadonlySet<number>): string[] =>
  formatConversions((['F16', 'F64'] as const).filter((type) => numberBytes.has(DECODERS[type].bytes)));

/**
 * Legacy files: a group per layer, named in `layer_names` in the model's order, its tensors named in `weight_names`. A model inside a
 * model is one group: its tensors' own paths then tell the layers.
 */
function readLegacy(
  hdf5: Hdf5File,
  { root, names, read }: { root: string; names: readonly string[]; read: ReadTensor },
): SourceLayer[] {
  const prefix = root === '/' ? '' : root;
  return names.flatMap((group) => {
    const tensorNames = hdf5.texts(`${prefix}/${group}`, 'weight_names');
    if (tensorNames === null) throw incomplete(`the names of the weights of layer "${group}"`);
    const byLayer = new Map<string, { name: string; tensor: Hdf5Tensor }[]>();
    for (const name of tensorNames) {
      const tensor = read(`${prefix}/${group}/${name}`);
      if (tensor === null) throw incomplete(`the tensor "${name}" of layer "${group}"`);
      const parent = name.split('/').at(-2) ?? group;
      byLayer.set(parent, [...(byLayer.get(parent) ?? []), { name, tensor }]);
    }
    const alone = byLayer.size === 1;
    return [...byLayer].map(([layer, found]) => legacyLayer(alone ? group : layer, found));
  });
}

function legacyLayer(name: string, found: readonly { name: string; tensor: Hdf5Tensor }[]): SourceLayer {
  const roles = found.map((entry) => roleOfName(entry.name));
  const tensors = found.map(({ name: tensorName, tensor: { shape, values } }) => ({
    name: tensorName.replace(/:\d+$/, ''),
    shape,
    values,
  }));
  if (!roles.every((role) => role !== null)) return layerByShapes(name, tensors);
  return layerByRoles(
    name,
    tensors.map((tensor, index) => ({ ...tensor, role: roles[index] as NonNullable<(typeof roles)[number]> })),
  );
}

function incomplete(what: string): AppError {
  return new AppError('bad-input', `Expected ${what} in the HDF5 file, found none.`, {
    action: 'Copy or download the file again, or save it anew with Keras.',
  });
}

/**
 * Keras 3 (and the same format of late Keras 2): groups are numbered by class (`conv2d`, `conv2d_1`, ...) in the order of the model's
 * layers, and hold `vars/0`, `vars/1`, ...; the layer's own name is an attribute of newer files.
 */
function readKeras3(hdf5: Hdf5File, read: ReadTensor): SourceLayer[] {
  const found: { group: string; layer: SourceLayer }[] = [];
  const visit = (group: string): void => {
    const children = hdf5.children(group) ?? [];
    for (const { name, isGroup } of children) {
      const path = `${group === '/' ? '' : group}/${name}`;
      if (!isGroup || (group === '/' && name.startsWith('optimizer'))) continue;
      if (name === 'vars') {
        const layer = keras3Layer(hdf5, path, read);
        if (layer !== null) found.push({ group, layer });
      } else visit(path);
    }
  };
  visit('/');
  return found.toSorted((a, b) => compareGroups(a.group, b.group)).map(({ layer }) => layer);
}

function keras3Layer(hdf5: Hdf5File, path: string, read: ReadTensor): SourceLayer | null {
  const tensors: { name: string; shape: number[]; values: Float32Array }[] = [];
  for (;;) {
    const name = `${path}/${tensors.length}`;
    const tensor = read(name);
    if (tensor === null) break;
    tensors.push({ name: name.slice(1), shape: tensor.shape, values: tensor.values });
  }
  return tensors.length === 0 ? null : layerByShapes(hdf5.texts(path, 'name')?.[0] ?? null, tensors);
}

/** Step by step of the path, numbers by their size: `conv2d`, `conv2d_2`, `conv2d_10`. */
function compareGroups(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const step = left.findIndex((name, index) => name !== right[index]);
  return step === -1 ? left.length - right.length : compareNames(left[step] ?? '', right[step] ?? '');
}

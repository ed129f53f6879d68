/** Any weight file: its container by its first bytes, its contents as layers. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import { readInputHead } from '../../platform/input-file.ts';
import { readKerasHdf5 } from './keras-hdf5.ts';
import { readWeightSafetensors } from './safetensors-layers.ts';
import type { WeightFile } from './source-layers.ts';
import { readTorchFile } from './torch/file.ts';
import { readTfjsLayers, tfjsFiles } from './tfjs-layers.ts';

/** `file`: a weight file, or the folder of a TensorFlow.js model. @throws AppError with what was expected and what to do. */
export async function readWeightFile(file: string): Promise<WeightFile> {
  const chosen = weightFileOf(file);
  switch (containerOf(chosen)) {
    case 'hdf5':
      return readKerasHdf5(chosen);
    case 'json':
      return readTfjsLayers(chosen);
    case 'safetensors':
      return readWeightSafetensors(chosen);
    case 'zip':
      return readTorchFile(chosen);
  }
}

/** The files that make up a weight file, the one that names it first: they are what its hash is taken of. */
export function partsOf(file: string): string[] {
  const chosen = weightFileOf(file);
  return containerOf(chosen) === 'json' ? tfjsFiles(chosen) : [chosen];
}

/** The file itself, or the model.json in a folder. @throws AppError `not-found`, `bad-input` for a folder without one. */
function weightFileOf(file: string): string {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return file;
  const model = path.join(file, 'model.json');
  if (fs.existsSync(model)) return model;
  const savedModel = fs.existsSync(path.join(file, 'saved_model.pb'));
  throw new AppError('bad-input', `Expected a weight file, got a ${savedModel ? 'TensorFlow SavedModel' : 'folder'}.`, {
    action: savedModel
      ? 'Load it with Keras and save the weights: `model.save_weights("name.weights.h5")`.'
      : 'Choose a .h5, .safetensors, .pth, .pt or .ckpt file, or the folder with the model.json of a TensorFlow.js model.',
  });
}

const HDF5 = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** What a pickle begins with, before its protocol. */
const PICKLE = 0x80;
const PICKLE_PROTOCOLS = [2, 3, 4, 5];

function containerOf(file: string): 'hdf5' | 'json' | 'safetensors' | 'zip' {
  const head = readInputHead(file, { what: 'a weight file' }, 16);
  if (head.subarray(0, HDF5.length).equals(HDF5)) return 'hdf5';
  if (head.subarray(0, ZIP.length).equals(ZIP)) {
    if (/\.keras$/i.test(file)) throw kerasRefusal();
    return 'zip';
  }
  if (head[0] === PICKLE && PICKLE_PROTOCOLS.includes(head[1] as number)) throw legacyRefusal();
  // The length of the header (text has no zero bytes), then the header.
  if (head[7] === 0 && head.toString('latin1', 8).startsWith('{')) return 'safetensors';
  if (head.toString('latin1').trimStart().startsWith('{')) return 'json';
  if (/\.safetensors$/i.test(file)) return 'safetensors';
  throw new AppError(
    'bad-input',
    `Expected a weight file, found ${head.length === 0 ? 'an empty file' : 'something else'}.`,
    {
      action:
        'Choose an HDF5 file of Keras (.h5), a safetensors file, a PyTorch file (.pth, .pt, .ckpt), or the model.json of a TensorFlow.js layers model.',
    },
  );
}

function kerasRefusal(): AppError {
  return new AppError('bad-input', 'Expected a weight file, found a .keras archive.', {
    action: 'Unpack it as a zip file and import the model.weights.h5 in it.',
  });
}

/** It holds the same, whatever it is: state dicts, training and Lightning checkpoints come out as files that are read here. */
function legacyRefusal(): AppError {
  return new AppError(
    'bad-input',
    'Expected a weight file, found a pickle: PyTorch’s format before version 1.6, which is not read here.',
    {
      action:
        'Save it anew where PyTorch is installed, then import NEW.pth: ' +
        `python -c "import torch; torch.save(torch.load('FILE.pth', map_location='cpu', weights_only=True), 'NEW.pth')"`,
    },
  );
}

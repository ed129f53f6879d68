/** Whether this user wants TensorFlow for the processor or for an NVIDIA card. Processor, unless chosen otherwise. */
import path from 'node:path';
import { readJson, writeJson } from '../files.mjs';
import { SetupError } from '../output.mjs';
import { cacheFolder } from '../paths.mjs';

/** @typedef {import('./sources.mjs').Device} Device */

const choiceFile = () => path.join(cacheFolder(), 'device.json');

/** `TRANSFUSION_DEVICE` for one command, else what `npm run setup:gpu` stored. @returns {Device} */
export function chosenDevice() {
  const once = process.env['TRANSFUSION_DEVICE'];
  if (once && once !== 'cpu' && once !== 'gpu') {
    throw new SetupError(`TRANSFUSION_DEVICE should be cpu or gpu, and is ${JSON.stringify(once)}.`, [
      'Unset it for cpu.',
    ]);
  }
  if (once === 'cpu' || once === 'gpu') return once;
  return readJson(choiceFile())?.device === 'gpu' ? 'gpu' : 'cpu';
}

/** @param {Device} device */
export function storeDevice(device) {
  writeJson(choiceFile(), { device });
}

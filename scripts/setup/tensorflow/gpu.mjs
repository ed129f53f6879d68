/** `npm run setup:gpu`: TensorFlow with CUDA instead of the one for the processor, for all clones of this user. */
import { capture } from '../children.mjs';
import { say, SetupError } from '../output.mjs';
import { storeDevice } from './choice.mjs';
import { ensureTensorflow } from './ensure.mjs';

/** @param {string[]} args `--cpu`: back to the processor; `--force`: without looking for a card first */
export async function setupGpu(args) {
  const unknown = args.find((arg) => !['--cpu', '--force'].includes(arg));
  if (unknown) {
    throw new SetupError(`setup:gpu takes --cpu or --force, and got ${unknown}.`, [
      'npm run setup:gpu            use the NVIDIA card of this machine',
      'npm run setup:gpu -- --cpu   use the processor again',
    ]);
  }
  const device = args.includes('--cpu') ? 'cpu' : 'gpu';
  if (device === 'gpu' && !args.includes('--force')) say(`[set-up] found ${await requireCard()}`);
  await ensureTensorflow(device);
  storeDevice(device);
  say(
    device === 'gpu'
      ? '[set-up] TensorFlow now uses the NVIDIA card. Check it with: npm run -s transfusion -- doctor'
      : '[set-up] TensorFlow now uses the processor.',
  );
}

async function requireCard() {
  const { code, output } = await capture('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  if (code === 0 && output.trim()) return output.trim().split('\n').join('; ');
  throw new SetupError(
    'No NVIDIA card with a working driver was found (nvidia-smi does not answer); nothing was changed.',
    [
      'Install the driver, version 525 or newer (Ubuntu: sudo ubuntu-drivers install; Fedora: akmod-nvidia), restart, run this again.',
      'To fetch the CUDA libraries all the same (about 3.5 GB to download, 8 GB on disk): npm run setup:gpu -- --force',
    ],
  );
}

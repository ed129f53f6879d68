/**
 * Started by `doctor` in a process of its own: loads each native part in turn and tries it. A message before each part
 * tells which one was at work, should the process die in it.
 */
import { bool, T_FLOAT } from '../../engine/ops/attributes.ts';
import { loadNativeKernels } from '../../engine/native-kernels.ts';
import { nativeConv2d } from '../../engine/ops/native.ts';
import { bindingFolder, loadBinding, Tf, type Binding } from '../../engine/tf.ts';
import { PROBED_PARTS, type KernelsFound, type ProbedPart, type ProbeMessage } from './doctor-messages.ts';

type Working = Pick<Extract<ProbeMessage, { state: 'works' }>, 'version' | 'device' | 'kernels'>;

const TRIES: Record<ProbedPart, () => Promise<Working>> = {
  async database() {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(':memory:');
    const row = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    database.close();
    return { version: row.version };
  },

  async images() {
    const { default: sharp } = await import('sharp');
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } } });
    const jpeg = await image.jpeg({ quality: 95 }).toBuffer();
    const pixels = await sharp(jpeg).raw().toBuffer();
    if (pixels.length !== 8 * 8 * 3) throw new Error('a JPEG image could not be written and read back');
    return { version: sharp.versions.sharp ?? sharp.versions.vips };
  },

  tensorflow() {
    const tf = new Tf(loadBinding());
    const size = 64;
    const ones = tf.upload([size, size], new Float32Array(size * size).fill(1));
    const product = tf.run('MatMul', [bool('transpose_a', false), bool('transpose_b', false), T_FLOAT], [ones, ones]);
    const values = tf.download(product);
    tf.release(ones, product);
    if (!values.every((value) => value === size)) throw new Error('a matrix product came out wrong');
    return Promise.resolve({ version: tf.version, device: tf.device });
  },

  // After TensorFlow, which they need, and told apart from it, since they are what can be done without.
  kernels() {
    const kernels = tryKernels(loadBinding());
    return Promise.resolve({ version: kernels.runs ?? 'none', kernels });
  },
};

/** On a picture that is 1 everywhere: in its middle a 5 x 5 kernel of ones sees 25. */
function tryKernels(binding: Binding): KernelsFound {
  if (binding.isUsingGpuDevice()) return { runs: null, reason: null, without: [] };
  const state = loadNativeKernels(bindingFolder());
  if (state.kernels === null) return { runs: null, reason: state.reason, without: [] };
  const tf = new Tf(binding, { path: 'fft', kernels: state.kernels });
  const side = 5;
  const image = tf.upload([1, side, side, 1], new Float32Array(side * side).fill(1));
  const kernel = tf.upload([side, side, 1, 1], new Float32Array(side * side).fill(1));
  const output = nativeConv2d(tf, image, kernel);
  const middle = tf.download(output)[(side * side - 1) / 2] as number;
  tf.release(image, kernel, output);
  if (!(Math.abs(middle - side * side) < 1e-3)) throw new Error(`a sum of 25 ones came out as ${middle}`);
  return { runs: state.kernels.instructionSet, reason: null, without: state.without };
}

async function probeAll(send: (message: ProbeMessage) => void): Promise<void> {
  for (const part of PROBED_PARTS) {
    send({ state: 'trying', part });
    const started = performance.now();
    try {
      send({ state: 'works', part, ...(await TRIES[part]()), tookMs: performance.now() - started });
    } catch (error) {
      send({ state: 'broken', part, reason: rootReason(error) });
    }
  }
}

function rootReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootReason(error.cause);
}

await probeAll((message) => process.send?.(message));
if (process.connected) process.disconnect();

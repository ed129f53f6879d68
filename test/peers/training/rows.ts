/** The rows of the comparison: a model at an image size and a batch size. */

export interface Row {
  model: string;
  /** Image side in pixels. */
  size: number;
  /** Images a step. */
  batch: number;
  /** The instruction set that our native kernels are held to; null: the widest that the processor has. */
  instructionSet: 'avx2' | 'plain' | null;
}

export interface Workload extends Row {
  /** Timed steps of one run, after one that is not timed. */
  steps: number;
}

const USUAL_BATCH = 8;
const CBR = ['cbr-tiny', 'cbr-tiny-wide', 'cbr-small', 'cbr-larget', 'cbr-largew'];

/** All rows; what one of them means is told at the head of docs/benchmarks.md. */
export const ROWS: readonly string[] = [
  ...[...CBR, 'resnet50', 'resnet50-v15', 'inception-v3'].map((model) => `${model}@224`),
  ...CBR.map((model) => `${model}@224:32`),
  ...['cbr-small@224/avx2', 'cbr-small@224/plain'],
  ...['cbr-tiny', 'cbr-small', 'resnet50'].map((model) => `${model}@587`),
];

/** `--quick`: every model once, larger images and batches once. */
export const QUICK_ROWS: readonly string[] = [
  ...ROWS.filter((row) => row.endsWith('@224')),
  ...['cbr-small@224:32', 'cbr-tiny@587', 'cbr-small@587'],
];

/** `--layers all`: shapes that differ, of all models. */
export const LAYER_ROWS: readonly string[] = [
  ...['cbr-small', 'cbr-tiny', 'cbr-tiny-wide', 'cbr-largew', 'resnet50', 'inception-v3'].map(
    (model) => `${model}@224`,
  ),
  'cbr-small@587',
];

/**
 * What the peers call the model that is compared with ours; null where a peer has none. torchvision's ResNet-50 has its
 * strides in the 3x3 convolutions (our `resnet50-v15`), Keras's in the first 1x1 ones (our `resnet50`); the tensors are the same.
 */
export function peerModel(framework: 'keras' | 'torch', model: string): string | null {
  if (model === 'resnet50-v15') return framework === 'torch' ? 'resnet50' : null;
  return model;
}

/** `resnet50@224`, `cbr-small@224:32` (a batch of 32) or `cbr-small@224/avx2`. @throws Error on a name that is no row */
export function parseRow(text: string): Row {
  const match = /^([a-z0-9-]+)@(\d+)(?::(\d+))?(?:\/(avx2|plain))?$/.exec(text.trim());
  if (!match) {
    throw new Error(`Expected rows like resnet50@224, cbr-small@224:32 (batch) or cbr-small@224/avx2, got "${text}".`);
  }
  const [, model, size, batch, instructionSet = null] = match as unknown as [string, string, string, string?, string?];
  return {
    model,
    size: Number(size),
    batch: batch === undefined ? USUAL_BATCH : Number(batch),
    instructionSet: instructionSet as Row['instructionSet'],
  };
}

/** The name as people read it. */
export function rowLabel(name: string): string {
  const { model, size, batch, instructionSet } = parseRow(name);
  const forced = instructionSet === null ? '' : `, ours held to ${instructionSet}`;
  return `${model}, ${size} px, batch ${batch}${forced}`;
}

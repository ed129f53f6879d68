/** The rows of the comparison: a model at an image size. */

export interface Workload {
  model: string;
  /** Image side in pixels. */
  size: number;
  batch: number;
  /** Timed steps of one run, after one that is not timed. */
  steps: number;
}

/** `resnet50@224`; what `--rows` takes and the results are stored under. */
export const rowName = ({ model, size }: Pick<Workload, 'model' | 'size'>): string => `${model}@${size}`;

export const ROWS: readonly string[] = [
  ...[
    'cbr-tiny',
    'cbr-tiny-wide',
    'cbr-small',
    'cbr-larget',
    'cbr-largew',
    'resnet50',
    'resnet50-v15',
    'inception-v3',
  ].map((model) => `${model}@224`),
  'cbr-tiny@587',
  'resnet50@587',
];

/**
 * What the peers call the model that is compared with ours; null where a peer has none. torchvision's ResNet-50 has its
 * strides in the 3x3 convolutions (our `resnet50-v15`), Keras's in the first 1x1 ones (our `resnet50`); the tensors are the same.
 */
export function peerModel(framework: 'keras' | 'torch', model: string): string | null {
  if (model === 'resnet50-v15') return framework === 'torch' ? 'resnet50' : null;
  return model;
}

/** @throws Error on a name that is no row */
export function parseRow(text: string): { model: string; size: number } {
  const match = /^([a-z0-9-]+)@(\d+)$/.exec(text.trim());
  if (!match) throw new Error(`Expected rows like resnet50@224, got "${text}".`);
  return { model: match[1] as string, size: Number(match[2]) };
}

/** The protocol fields of the wizard: what they are called, what they start from, and what is allowed. */
import type { Protocol } from '../../../../shared/study/protocol.ts';
import type { ProtocolOverrides } from '../../../state/studies/study-input.ts';

export interface NumberField {
  key:
    | 'size'
    | 'batch'
    | 'epochs'
    | 'steps'
    | 'learningRate'
    | 'evaluateEverySteps'
    | 'thresholdAuc'
    | 'patience'
    | 'minDelta';
  label: string;
  hint: string;
  min: number;
  max: number;
  whole: boolean;
  /** The value to start from; null where the field may stay empty. */
  preset: (protocol: Protocol) => number | null;
  /** Who says so: the paper, or this app where the paper names no value. */
  origin: 'paper' | 'app';
}

const from = (origin: 'paper' | 'app', preset: NumberField['preset']) => ({ origin, preset });
const within = (min: number, max: number) => ({ min, max, whole: false });
const wholeWithin = (min: number, max: number) => ({ min, max, whole: true });

export const NUMBER_FIELDS: readonly NumberField[] = [
  {
    ...{ key: 'size', label: 'Image size', hint: 'Side in pixels; images are square.' },
    ...wholeWithin(16, 1024),
    ...from('paper', (p) => p.size),
  },
  {
    ...{ key: 'batch', label: 'Batch', hint: 'Images per step.' },
    ...wholeWithin(1, 512),
    ...from('paper', (p) => p.batch),
  },
  {
    ...{ key: 'epochs', label: 'Epochs', hint: 'Passes over the training part.' },
    ...within(0.01, 10000),
    ...from('app', (p) => p.epochs),
  },
  {
    ...{ key: 'steps', label: 'Steps', hint: 'Instead of epochs, where given.' },
    ...wholeWithin(1, 10_000_000),
    ...from('app', () => null),
  },
  {
    ...{ key: 'learningRate', label: 'Learning rate', hint: 'At its highest.' },
    ...within(1e-9, 10),
    ...from('paper', (p) => p.optimizer.learningRate),
  },
  {
    ...{ key: 'evaluateEverySteps', label: 'Score validation every', hint: 'Steps; empty: once an epoch.' },
    ...wholeWithin(1, 10_000_000),
    ...from('app', () => null),
  },
  {
    ...{ key: 'thresholdAuc', label: 'Threshold AUC', hint: "What 'steps to threshold' waits for." },
    ...within(0.501, 0.999),
    ...from('app', (p) => p.thresholdAuc),
  },
  {
    ...{ key: 'patience', label: 'Stop early after', hint: 'Scorings without a better validation AUC; empty: never.' },
    ...wholeWithin(1, 1000),
    ...from('app', () => null),
  },
  {
    ...{ key: 'minDelta', label: 'Smallest gain', hint: 'In AUC; what counts as better, for stopping early.' },
    ...within(0, 0.5),
    ...from('app', () => 0),
  },
];

/** What is wrong with a value, or null. */
export function numberProblem(field: NumberField, value: number | null): string | null {
  if (value === null) return null;
  if (!Number.isFinite(value) || value < field.min || value > field.max) {
    return `Expected ${field.min} to ${field.max}, got ${value}.`;
  }
  return field.whole && !Number.isInteger(value) ? `Expected a whole number, got ${value}.` : null;
}

interface Choice<K extends keyof ProtocolOverrides> {
  key: K;
  label: string;
  options: readonly { value: Exclude<ProtocolOverrides[K], null> & string; label: string }[];
  preset: (protocol: Protocol) => string;
  origin: 'paper' | 'app';
}

export type ChoiceField =
  | Choice<'optimizer'>
  | Choice<'schedule'>
  | Choice<'head'>
  | Choice<'augmentation'>
  | Choice<'normalisation'>
  | Choice<'classWeights'>
  | Choice<'augmentFrozen'>;

const options = <V extends string>(labels: Readonly<Record<V, string>>) =>
  (Object.entries(labels) as [V, string][]).map(([value, label]) => ({ value, label }));

export const CHOICE_FIELDS: readonly ChoiceField[] = [
  {
    key: 'optimizer',
    label: 'Optimiser',
    options: options({ adam: 'Adam', sgd: 'SGD with momentum 0.9' }),
    preset: (p) => p.optimizer.kind,
    origin: 'paper',
  },
  {
    key: 'schedule',
    label: 'Learning rate over time',
    options: options({ constant: 'Constant', 'warmup-step': 'Warm-up, then steps down' }),
    preset: (p) => p.schedule.kind,
    origin: 'paper',
  },
  {
    key: 'head',
    label: 'Outputs',
    options: options({ sigmoid: 'Sigmoid, one per label', softmax: 'Softmax, exclusive classes' }),
    preset: (p) => p.head,
    origin: 'paper',
  },
  {
    key: 'augmentation',
    label: 'Augmentation',
    options: options({ paper: "The paper's: crop, hue, contrast, flips", off: 'None' }),
    preset: () => 'paper',
    origin: 'paper',
  },
  {
    key: 'normalisation',
    label: 'Pixel scale',
    options: options({
      imagenet: 'ImageNet mean and deviation',
      'minus-one-to-one': 'From −1 to 1',
      'imagenet-bgr-mean': 'Blue, green, red with the ImageNet mean taken off',
    }),
    preset: (p) => p.normalisation,
    origin: 'app',
  },
  {
    key: 'classWeights',
    label: 'Class weights',
    options: options({ none: 'None', balanced: 'Balanced: rare labels count more' }),
    preset: (p) => p.classWeights,
    origin: 'app',
  },
  {
    key: 'augmentFrozen',
    label: 'Augmentation of fixed features',
    options: options({ off: 'None: each image once, fast', on: 'As above: every step, slow' }),
    preset: (p) => (p.augmentFrozen ? 'on' : 'off'),
    origin: 'app',
  },
];

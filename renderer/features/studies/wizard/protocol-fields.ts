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

export const NUMBER_FIELDS: readonly NumberField[] = [
  {
    key: 'size',
    label: 'Image size',
    hint: 'Side in pixels; images are square.',
    min: 16,
    max: 1024,
    whole: true,
    preset: (p) => p.size,
    origin: 'paper',
  },
  {
    key: 'batch',
    label: 'Batch',
    hint: 'Images per step.',
    min: 1,
    max: 512,
    whole: true,
    preset: (p) => p.batch,
    origin: 'paper',
  },
  {
    key: 'epochs',
    label: 'Epochs',
    hint: 'Passes over the training part.',
    min: 0.01,
    max: 10000,
    whole: false,
    preset: (p) => p.epochs,
    origin: 'app',
  },
  {
    key: 'steps',
    label: 'Steps',
    hint: 'Instead of epochs, where given.',
    min: 1,
    max: 10_000_000,
    whole: true,
    preset: () => null,
    origin: 'app',
  },
  {
    key: 'learningRate',
    label: 'Learning rate',
    hint: 'At its highest.',
    min: 1e-9,
    max: 10,
    whole: false,
    preset: (p) => p.optimizer.learningRate,
    origin: 'paper',
  },
  {
    key: 'evaluateEverySteps',
    label: 'Score validation every',
    hint: 'Steps; empty: once an epoch.',
    min: 1,
    max: 10_000_000,
    whole: true,
    preset: () => null,
    origin: 'app',
  },
  {
    key: 'thresholdAuc',
    label: 'Threshold AUC',
    hint: "What 'steps to threshold' waits for.",
    min: 0.501,
    max: 0.999,
    whole: false,
    preset: (p) => p.thresholdAuc,
    origin: 'app',
  },
  {
    key: 'patience',
    label: 'Stop early after',
    hint: 'Scorings without a better validation AUC; empty: never.',
    min: 1,
    max: 1000,
    whole: true,
    preset: () => null,
    origin: 'app',
  },
  {
    key: 'minDelta',
    label: 'Smallest gain',
    hint: 'In AUC; what counts as better, for stopping early.',
    min: 0,
    max: 0.5,
    whole: false,
    preset: () => 0,
    origin: 'app',
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

export const CHOICE_FIELDS: readonly ChoiceField[] = [
  {
    key: 'optimizer',
    label: 'Optimiser',
    options: [
      { value: 'adam', label: 'Adam' },
      { value: 'sgd', label: 'SGD with momentum 0.9' },
    ],
    preset: (p) => p.optimizer.kind,
    origin: 'paper',
  },
  {
    key: 'schedule',
    label: 'Learning rate over time',
    options: [
      { value: 'constant', label: 'Constant' },
      { value: 'warmup-step', label: 'Warm-up, then steps down' },
    ],
    preset: (p) => p.schedule.kind,
    origin: 'paper',
  },
  {
    key: 'head',
    label: 'Outputs',
    options: [
      { value: 'sigmoid', label: 'Sigmoid, one per label' },
      { value: 'softmax', label: 'Softmax, exclusive classes' },
    ],
    preset: (p) => p.head,
    origin: 'paper',
  },
  {
    key: 'augmentation',
    label: 'Augmentation',
    options: [
      { value: 'paper', label: "The paper's: crop, hue, contrast, flips" },
      { value: 'off', label: 'None' },
    ],
    preset: () => 'paper',
    origin: 'paper',
  },
  {
    key: 'normalisation',
    label: 'Pixel scale',
    options: [
      { value: 'imagenet', label: 'ImageNet mean and deviation' },
      { value: 'minus-one-to-one', label: 'From −1 to 1' },
      { value: 'imagenet-bgr-mean', label: 'Blue, green, red with the ImageNet mean taken off' },
    ],
    preset: (p) => p.normalisation,
    origin: 'app',
  },
  {
    key: 'classWeights',
    label: 'Class weights',
    options: [
      { value: 'none', label: 'None' },
      { value: 'balanced', label: 'Balanced: rare labels count more' },
    ],
    preset: (p) => p.classWeights,
    origin: 'app',
  },
  {
    key: 'augmentFrozen',
    label: 'Augmentation of fixed features',
    options: [
      { value: 'off', label: 'None: each image once, fast' },
      { value: 'on', label: 'As above: every step, slow' },
    ],
    preset: (p) => (p.augmentFrozen ? 'on' : 'off'),
    origin: 'app',
  },
];

/** The protocol fields of the wizard: what they are called, what the paper has, and what is allowed. */
import type { Protocol } from '../../../../shared/protocol.ts';
import type { ProtocolOverrides } from '../../../state/study-input.ts';

export interface NumberField {
  key: 'size' | 'batch' | 'epochs' | 'steps' | 'learningRate' | 'evaluateEverySteps' | 'thresholdAuc';
  label: string;
  hint: string;
  min: number;
  max: number;
  whole: boolean;
  /** The paper's value; null where it has none and the field may stay empty. */
  paper: (protocol: Protocol) => number | null;
}

export const NUMBER_FIELDS: readonly NumberField[] = [
  {
    key: 'size',
    label: 'Image size',
    hint: 'Side in pixels; images are square.',
    min: 16,
    max: 1024,
    whole: true,
    paper: (p) => p.size,
  },
  { key: 'batch', label: 'Batch', hint: 'Images per step.', min: 1, max: 512, whole: true, paper: (p) => p.batch },
  {
    key: 'epochs',
    label: 'Epochs',
    hint: 'Passes over the training part.',
    min: 0.01,
    max: 10000,
    whole: false,
    paper: (p) => p.epochs,
  },
  {
    key: 'steps',
    label: 'Steps',
    hint: 'Instead of epochs, where given.',
    min: 1,
    max: 10_000_000,
    whole: true,
    paper: () => null,
  },
  {
    key: 'learningRate',
    label: 'Learning rate',
    hint: 'At its highest.',
    min: 1e-9,
    max: 10,
    whole: false,
    paper: (p) => p.optimizer.learningRate,
  },
  {
    key: 'evaluateEverySteps',
    label: 'Score validation every',
    hint: 'Steps; empty: once an epoch.',
    min: 1,
    max: 10_000_000,
    whole: true,
    paper: () => null,
  },
  {
    key: 'thresholdAuc',
    label: 'Threshold AUC',
    hint: "What 'steps to threshold' waits for.",
    min: 0.501,
    max: 0.999,
    whole: false,
    paper: (p) => p.thresholdAuc,
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
  paper: (protocol: Protocol) => string;
}

export type ChoiceField =
  Choice<'optimizer'> | Choice<'schedule'> | Choice<'head'> | Choice<'augmentation'> | Choice<'normalisation'>;

export const CHOICE_FIELDS: readonly ChoiceField[] = [
  {
    key: 'optimizer',
    label: 'Optimiser',
    options: [
      { value: 'adam', label: 'Adam' },
      { value: 'sgd', label: 'SGD with momentum 0.9' },
    ],
    paper: (p) => p.optimizer.kind,
  },
  {
    key: 'schedule',
    label: 'Learning rate over time',
    options: [
      { value: 'constant', label: 'Constant' },
      { value: 'warmup-step', label: 'Warm-up, then steps down' },
    ],
    paper: (p) => p.schedule.kind,
  },
  {
    key: 'head',
    label: 'Outputs',
    options: [
      { value: 'sigmoid', label: 'Sigmoid, one per label' },
      { value: 'softmax', label: 'Softmax, exclusive classes' },
    ],
    paper: (p) => p.head,
  },
  {
    key: 'augmentation',
    label: 'Augmentation',
    options: [
      { value: 'paper', label: "The paper's: crop, hue, contrast, flips" },
      { value: 'off', label: 'None' },
    ],
    paper: () => 'paper',
  },
  {
    key: 'normalisation',
    label: 'Pixel scale',
    options: [
      { value: 'imagenet', label: 'ImageNet mean and deviation' },
      { value: 'minus-one-to-one', label: 'From -1 to 1' },
    ],
    paper: (p) => p.normalisation,
  },
];

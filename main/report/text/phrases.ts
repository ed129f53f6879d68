/** Fragments of methods sentences: each says one part of a stored configuration in words and never guesses. */
import type { Endpoint, Modality } from '../../../shared/dataset/dataset.ts';
import { countOf, formatFraction, formatSetting, wordFor } from '../../../shared/words/numbers.ts';
import { freezeOf, type Init } from '../../../shared/study/models.ts';
import {
  PROTOCOLS,
  type Augmentation,
  type Normalisation,
  type Optimizer,
  type Protocol,
  type Schedule,
} from '../../../shared/study/protocol.ts';

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1] as string}`;
}

export const MODALITY_WORDS: Record<Modality, string> = {
  fundus: 'fundus photographs',
  cxr: 'chest radiographs',
  other: 'images',
};

/** What each initialisation does, as one noun phrase; `weights` is the printed name of the weight set. */
export function describeInit(init: Init, weightsName: (reference: string) => string): string {
  const frozen = freezeOf(init);
  const rule = describeRule(init, weightsName);
  return frozen === null
    ? rule
    : `${rule}, with the stages up to and including ${frozen} frozen (fixed feature extractor: their weights stay as they started and their batch normalisation uses its stored mean and variance; the rest is trained)`;
}

function describeRule(init: Init, weightsName: (reference: string) => string): string {
  switch (init.kind) {
    case 'random':
      return 'random initialisation';
    case 'transfer':
      return `transfer (all pretrained weights of ${weightsName(init.weights)} except the output layer)`;
    case 'mean-var':
      return `mean-var (each tensor drawn independently from a normal distribution with the mean and variance of that tensor in ${weightsName(init.weights)}; ${BN_WORDS[init.bn]})`;
    case 'sampling':
      return `sampling (each weight drawn independently, with replacement, from the values of that tensor in ${weightsName(init.weights)}; ${BN_WORDS[init.bn]})`;
    case 'shuffled':
      return `shuffled (the weights of each tensor in ${weightsName(init.weights)} in a random order; ${BN_WORDS[init.bn]})`;
    case 'transfusion':
      return `transfusion (pretrained weights of ${weightsName(init.weights)} up to and including ${init.upto}, the rest random)`;
    case 'gabor':
      return init.weights === undefined
        ? 'gabor (first layer of synthetic Gabor filters, scaled to the spread of a random first layer; the rest random)'
        : `gabor (first layer of synthetic Gabor filters, scaled to the spread of the first layer of ${weightsName(init.weights)}; the rest random)`;
  }
}

const BN_WORDS = {
  identity: 'batch normalisation starts as the identity',
  'imagenet-mean-var':
    'batch-normalisation parameters drawn from normal distributions with the mean and variance of the pretrained ones',
  'imagenet-transfer': 'batch-normalisation parameters copied',
} as const;

/** How often test images were scored: `scored once by each run of this study`, and by whom else. */
export function scoringWords(otherScorings: number): string {
  const others = countOf(otherScorings, 'other study', 'other studies');
  return `scored once by each run of this study${otherScorings === 0 ? '' : ` and before or after by ${others} of this library`}`;
}

/** `Adam (learning rate 0.001, ...)`. */
export function describeOptimizer(optimizer: Optimizer): string {
  return optimizer.kind === 'adam'
    ? `Adam (learning rate ${optimizer.learningRate}, β1 ${optimizer.beta1}, β2 ${optimizer.beta2}, ε ${optimizer.epsilon})`
    : `stochastic gradient descent (learning rate ${optimizer.learningRate}, momentum ${optimizer.momentum})`;
}

export function describeSchedule(schedule: Schedule): string {
  if (schedule.kind === 'constant') return 'a constant learning rate';
  const decay =
    schedule.decayEpochs.length === 0
      ? ''
      : `, then multiplied by ${schedule.decayFactor} at ${wordFor(schedule.decayEpochs.length, 'epoch', 'epochs')} ${joinWords(schedule.decayEpochs.map(String))}`;
  return `a learning rate raised linearly from 0 over the first ${countOf(schedule.warmupEpochs, 'epoch')}${decay}`;
}

/** What was randomly changed in training images; `none` when every part is off. */
export function describeAugmentation(augmentation: Augmentation): string {
  const parts: string[] = [];
  if (augmentation.crop > 0) parts.push(`random crops removing up to ${formatFraction(augmentation.crop)} of the side`);
  if (augmentation.hue > 0) parts.push(`hue shifts up to ±${augmentation.hue} of a full turn`);
  if (augmentation.contrast > 0) {
    parts.push(
      `contrast factors from ${formatSetting(1 - augmentation.contrast)} to ${formatSetting(1 + augmentation.contrast)}`,
    );
  }
  if (augmentation.flipHorizontal) parts.push('horizontal flips');
  if (augmentation.flipVertical) parts.push('vertical flips');
  return parts.length === 0 ? 'none' : joinWords(parts);
}

export function describeNormalisation(normalisation: Normalisation): string {
  return NORMALISATION_WORDS[normalisation];
}

const NORMALISATION_WORDS: Record<Normalisation, string> = {
  imagenet: 'pixel values were normalised by the mean and standard deviation of the ImageNet channels',
  'minus-one-to-one': 'pixel values were scaled to the range −1 to 1',
  'imagenet-bgr-mean':
    'pixel values (0 to 255) were put in the channel order blue, green, red and the ImageNet mean of each channel was subtracted',
};

/** One endpoint: which outputs make an image positive, and the number that is ranked. */
export function describeEndpoint(endpoint: Endpoint, outputs: readonly string[]): string {
  const names = endpoint.positiveOutputs.map((index) => `“${outputs[index] ?? `output ${index}`}”`);
  const [only] = names;
  const single = names.length === 1;
  const score =
    endpoint.score === 'probability'
      ? `the predicted probability of ${only ?? 'the output'}`
      : `the share of the predicted probabilities that falls on ${single ? 'it' : 'these outputs'} (their sum divided by the sum over all ${outputs.length} outputs)`;
  const positive = single ? `labelled ${only as string}` : `labelled ${joinWords(names, 'or')}`;
  return `${endpoint.name} (an image is positive when ${positive}; score: ${score})`;
}

type Comparable = string | number | boolean | undefined | Optimizer | Schedule;

/** Fields of a resolved protocol that differ from the protocol of that name, as `field value (protocol: value)`. */
export function listOverrides(protocol: Protocol): string[] {
  const base = PROTOCOLS[protocol.id];
  const changes: string[] = [];
  const compare = (name: string, value: Comparable, standard: Comparable): void => {
    if (show(value) !== show(standard)) changes.push(`${name} ${show(value)} (protocol: ${show(standard)})`);
  };
  compare('image side', protocol.size, base.size);
  compare('batch', protocol.batch, base.batch);
  if (protocol.steps !== undefined) {
    changes.push(`${countOf(protocol.steps, 'step')} in place of epochs (protocol: ${countOf(base.epochs, 'epoch')})`);
  } else compare('epochs', protocol.epochs, base.epochs);
  if (show(protocol.optimizer) !== show(base.optimizer)) {
    changes.push(`optimiser ${describeOptimizer(protocol.optimizer)} (protocol: ${describeOptimizer(base.optimizer)})`);
  }
  if (show(protocol.schedule) !== show(base.schedule)) {
    changes.push(`${describeSchedule(protocol.schedule)} (protocol: ${describeSchedule(base.schedule)})`);
  }
  for (const key of ['crop', 'hue', 'contrast', 'flipHorizontal', 'flipVertical'] as const) {
    compare(AUGMENTATION_WORDS[key], protocol.augmentation[key], base.augmentation[key]);
  }
  compare('output layer', protocol.head, base.head);
  compare('normalisation', protocol.normalisation, base.normalisation);
  compare('evaluation interval', protocol.evaluateEverySteps, base.evaluateEverySteps);
  compare('checkpoint interval', protocol.checkpointEverySteps, base.checkpointEverySteps);
  compare('early stopping', describeStopping(protocol), describeStopping(base));
  compare('class weights', protocol.classWeights, base.classWeights);
  compare('augmentation before frozen stages', protocol.augmentFrozen, base.augmentFrozen);
  compare('moving statistics of batch norm', protocol.movingStatistics, base.movingStatistics);
  compare('threshold AUC', protocol.thresholdAuc, base.thresholdAuc);
  return changes;
}

function describeStopping({ earlyStopping }: Protocol): string {
  if (earlyStopping === null) return 'none';
  const { patience, minDelta } = earlyStopping;
  return `after ${countOf(patience, 'evaluation')} without a gain${minDelta === 0 ? '' : ` of more than ${minDelta}`}`;
}

const AUGMENTATION_WORDS = {
  crop: 'augmentation crop',
  hue: 'augmentation hue',
  contrast: 'augmentation contrast',
  flipHorizontal: 'horizontal flip',
  flipVertical: 'vertical flip',
} as const;

function show(value: Comparable): string {
  if (value === undefined) return 'once an epoch';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object') {
    return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return String(value);
}

/**
 * The numbers that the paper prints (Raghu et al., NeurIPS 2019), as printed: AUC in percent, mean and SD over its repeated runs (null where
 * it prints none).
 */
import type { ModelId } from '../study/models.ts';

export interface Printed {
  mean: number;
  sd: number | null;
}
type Pair = Readonly<Record<'random' | 'transfer', Printed>>;
type OfModels<T> = Readonly<Partial<Record<ModelId, T>>>;

const pair = (random: number, randomSd: number | null, transfer: number, transferSd: number | null): Pair => ({
  random: { mean: random, sd: randomSd },
  transfer: { mean: transfer, sd: transferSd },
});

/** Table 1: referable diabetic retinopathy. */
export const TABLE_1: OfModels<Pair> = {
  resnet50: pair(96.4, 0.05, 96.7, 0.04),
  'inception-v3': pair(96.6, 0.13, 96.7, 0.05),
  'cbr-larget': pair(96.2, 0.04, 96.2, 0.04),
  'cbr-largew': pair(95.8, 0.04, 95.8, 0.05),
  'cbr-small': pair(95.7, 0.04, 95.8, 0.01),
  'cbr-tiny': pair(95.8, 0.03, 95.8, 0.01),
};

/** Table 1: top-5 accuracy on ImageNet in percent, of the networks that were transferred. */
export const TABLE_1_TOP_5: OfModels<Printed> = {
  resnet50: { mean: 92.2, sd: 0.06 },
  'inception-v3': { mean: 93.9, sd: null },
  'cbr-larget': { mean: 77.5, sd: 0.03 },
  'cbr-largew': { mean: 75.1, sd: 0.3 },
  'cbr-small': { mean: 67.6, sd: 0.3 },
  'cbr-tiny': { mean: 73.5, sd: 0.05 },
};

/** Table 2: CheXpert, by finding. */
export const TABLE_2: Readonly<Record<string, OfModels<Pair>>> = {
  Atelectasis: {
    resnet50: pair(79.52, 0.31, 79.76, 0.47),
    'cbr-larget': pair(81.52, 0.25, 80.89, 1.68),
    'cbr-largew': pair(79.79, 0.79, 80.7, 0.31),
    'cbr-small': pair(80.43, 0.72, 80.18, 0.85),
    'cbr-tiny': pair(80.81, 0.55, 80.02, 1.06),
  },
  Cardiomegaly: {
    resnet50: pair(75.23, 0.35, 74.93, 1.41),
    'cbr-larget': pair(74.83, 1.66, 76.84, 0.87),
    'cbr-largew': pair(74.63, 0.69, 77.23, 0.84),
    'cbr-small': pair(74.36, 1.06, 75.24, 1.43),
    'cbr-tiny': pair(75.17, 0.73, 75.74, 0.71),
  },
  Consolidation: {
    resnet50: pair(85.49, 1.32, 84.42, 0.65),
    'cbr-larget': pair(88.12, 0.25, 86.15, 0.71),
    'cbr-largew': pair(86.71, 1.45, 86.87, 0.33),
    'cbr-small': pair(88.07, 0.6, 86.48, 1.13),
    'cbr-tiny': pair(85.31, 0.82, 84.28, 0.82),
  },
  Edema: {
    resnet50: pair(88.34, 1.17, 88.89, 1.66),
    'cbr-larget': pair(87.97, 1.4, 89.03, 0.74),
    'cbr-largew': pair(84.8, 0.77, 89.57, 0.34),
    'cbr-small': pair(86.2, 1.35, 89.09, 1.04),
    'cbr-tiny': pair(84.87, 1.13, 89.81, 1.08),
  },
  'Pleural Effusion': {
    resnet50: pair(88.7, 0.13, 88.07, 1.23),
    'cbr-larget': pair(88.37, 0.01, 88.44, 0.84),
    'cbr-largew': pair(86.53, 0.54, 87.29, 0.69),
    'cbr-small': pair(86.14, 1.78, 87.88, 1.01),
    'cbr-tiny': pair(85.56, 0.89, 87.69, 0.75),
  },
};

/** Table 3: 5,000 training images, with early stopping; and ResNet-50 with its first layer alone from ImageNet. */
export const TABLE_3: OfModels<Pair> = {
  resnet50: pair(92.2, null, 94.6, null),
  'cbr-larget': pair(93.6, null, 93.9, null),
  'cbr-largew': pair(93.6, null, 93.7, null),
};
export const TABLE_3_CONV1: Printed = { mean: 92.9, sd: null };

/** Table 4: ResNet-50 by number of training images. Its row of 5,000 is Table 3's. */
export const TABLE_4: Readonly<Record<number, Pair & { 'mean-var': Printed }>> = {
  10_000: { ...pair(93.3, null, 94.8, null), 'mean-var': { mean: 94.4, sd: null } },
  50_000: { ...pair(95.3, null, 95.7, null), 'mean-var': { mean: 95.5, sd: null } },
  100_000: { ...pair(95.9, null, 96, null), 'mean-var': { mean: 95.8, sd: null } },
};

/**
 * Table 5: CCA similarity by stage of two trained networks, both from the same pretrained weights and both from random ones. The published
 * code of SVCCA passes its threshold as epsilon in one function, so that absolute values may not compare.
 */
export const TABLE_5: OfModels<{
  stages: readonly string[];
  pretrained: readonly number[];
  random: readonly number[];
}> = {
  resnet50: {
    stages: ['conv1', 'block1', 'block2', 'block3', 'block4'],
    pretrained: [0.865, 0.559, 0.421, 0.343, 0.313],
    random: [0.647, 0.369, 0.277, 0.256, 0.276],
  },
  'cbr-small': {
    stages: ['pool1', 'pool2', 'pool3', 'pool4'],
    pretrained: [0.825, 0.709, 0.477, 0.395],
    random: [0.723, 0.541, 0.401, 0.349],
  },
};

/** Figure 4: the two R squared of ResNet-50’s conv1. */
export const FIGURE_4_CONV1 = [0.75, 0.84] as const;

/** Figure 7: steps are counted to this validation AUC. */
export const FIGURE_7_AUC = 0.91;

/**
 * Study templates: which arms each table and figure of the paper (Raghu et al., NeurIPS 2019) compares. Where the paper prints no
 * list of models or stages, the choice is this app's and docs/templates.md says so.
 */
import type { BnOption, ModelId, ModelInfo } from '../study/models.ts';
import { FIGURE_7_AUC } from './paper-numbers.ts';
import { TEMPLATE_IDS, type TemplateId } from './template-ids.ts';

/** `paper`: its models and protocol. `small`: the same comparison with CBR models, small images and few steps, for a computer without a GPU. */
export const TEMPLATE_SCALES = ['paper', 'small'] as const;
export type TemplateScale = (typeof TEMPLATE_SCALES)[number];

/** An initialisation whose weights have not been chosen yet. Each model has its own; a slim model takes its base's. */
export type TemplateInit =
  | { kind: 'random'; freeze: string }
  | { kind: 'transfer'; freeze?: string }
  | { kind: 'mean-var' | 'sampling' | 'shuffled'; bn: BnOption }
  | { kind: 'transfusion'; upto: string; freeze?: string }
  | { kind: 'gabor' };

export type TemplateModel = Pick<ModelInfo, 'id' | 'stages' | 'base'>;

export interface StudyTemplate {
  id: TemplateId;
  /** What of the paper: `Table 1`. */
  shows: string;
  /** The question, in plain language. */
  title: string;
  /** What the study will tell, one or two sentences. */
  answers: string;
  /** Where the app shows the answer. */
  look: string;
  /** The data that the paper used; others are possible. */
  modality: 'fundus' | 'cxr';
  models: Record<TemplateScale, readonly ModelId[]>;
  /** Beside random weights, which every model has. */
  inits: (model: TemplateModel) => TemplateInit[];
  /** Numbers of training images, ascending; null: all. */
  sizes: readonly number[] | null;
  /** Fewest seeds with which the question can be answered. */
  leastSeeds: number;
  /** The validation AUC to which the paper counts steps, where it is not the protocol's. */
  thresholdAuc?: number;
}

const TRANSFER: TemplateInit = { kind: 'transfer' };
const MEAN_VAR: TemplateInit = { kind: 'mean-var', bn: 'identity' };
const CBR_PAIR = ['cbr-small', 'cbr-tiny'] as const;

/** Every stage that can be the last with pretrained weights; to keep all of them would be transfer. */
const depths = ({ stages }: TemplateModel): string[] => stages.slice(0, -1);

const TEMPLATES: Record<TemplateId, Omit<StudyTemplate, 'id'>> = {
  'table-1': {
    shows: 'Table 1',
    title: 'Does transfer learning pay, and for which models?',
    answers:
      'Each model once from random and once from pretrained weights: the difference in AUC, beside what the paper found on its fundus photographs.',
    look: 'Results: AUC of each arm, and the differences.',
    modality: 'fundus',
    models: {
      paper: ['resnet50', 'inception-v3', 'cbr-larget', 'cbr-largew', 'cbr-small', 'cbr-tiny'],
      small: CBR_PAIR,
    },
    inits: () => [TRANSFER],
    sizes: null,
    leastSeeds: 2,
  },
  'table-2': {
    shows: 'Table 2',
    title: 'Does transfer learning pay for chest x-ray findings?',
    answers: 'The same comparison for each finding on its own; it may pay for one finding and not for another.',
    look: 'Results: one table per finding.',
    modality: 'cxr',
    models: { paper: ['resnet50', 'cbr-larget', 'cbr-largew', 'cbr-small', 'cbr-tiny'], small: CBR_PAIR },
    inits: () => [TRANSFER],
    sizes: null,
    leastSeeds: 2,
  },
  'table-3': {
    shows: 'Table 3',
    title: 'Does transfer pay more with few images?',
    answers:
      'Random against pretrained weights with 5,000 training images, and how much of the gain the first stage alone brings.',
    look: 'Results: AUC of each arm, and the differences.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-larget', 'cbr-largew'], small: CBR_PAIR },
    inits: ({ stages }) => [TRANSFER, { kind: 'transfusion', upto: stages[0] ?? '' }],
    sizes: [5000],
    leastSeeds: 2,
  },
  'table-4': {
    shows: 'Table 4',
    title: 'At which amount of data does the gain vanish?',
    answers:
      'Random, pretrained and mean-var weights at three sizes of the training set: from which size on the scale of the weights, or nothing at all, is enough.',
    look: 'Results: AUC of each arm and size.',
    modality: 'fundus',
    models: { paper: ['resnet50'], small: ['cbr-tiny'] },
    inits: () => [TRANSFER, MEAN_VAR],
    sizes: [10_000, 50_000, 100_000],
    leastSeeds: 2,
  },
  similarity: {
    shows: 'Figures 2 to 4, Table 5',
    title: 'Do transferred and random networks compute the same?',
    answers:
      'How similar hidden representations are between initialisations, before and after training, against the similarity of two random starts.',
    look: 'Similarity: compute it once runs have finished (`study similarity`).',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew', 'cbr-small', 'cbr-tiny'], small: ['cbr-tiny'] },
    inits: () => [TRANSFER],
    sizes: null,
    // The baseline compares two networks from random weights.
    leastSeeds: 2,
  },
  filters: {
    shows: 'Figures 5, 9, 10, 14',
    title: 'Do the first filters change at all?',
    answers:
      'The kernels of the first layer before and after training: in large models they hardly move from where they started.',
    look: 'Filters; how far each layer moved: `study movement`.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew', 'cbr-small'], small: CBR_PAIR },
    inits: () => [TRANSFER, MEAN_VAR],
    sizes: null,
    leastSeeds: 1,
  },
  'mean-var': {
    shows: 'Figures 6, 15, 16',
    title: 'Is it the features, or only the scale of the weights?',
    answers:
      'Mean-var draws random weights with the mean and variance of the pretrained ones. If it learns as fast as transfer, the scale was what helped.',
    look: 'Convergence: curves and steps to the threshold.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew', 'cbr-tiny'], small: ['cbr-tiny'] },
    inits: () => [TRANSFER, MEAN_VAR],
    sizes: null,
    leastSeeds: 2,
  },
  'transfusion-depth': {
    shows: 'Figures 7, 19',
    title: 'Up to which layer are pretrained weights of use?',
    answers:
      'Pretrained weights up to every stage in turn, the rest at random: where the curve stops getting faster, reuse of features ends.',
    look: 'Convergence: one curve per depth.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew'], small: ['cbr-tiny'] },
    inits: (model) => [...depths(model).map((upto): TemplateInit => ({ kind: 'transfusion', upto })), TRANSFER],
    sizes: null,
    leastSeeds: 2,
    thresholdAuc: FIGURE_7_AUC,
  },
  'slim-gabor': {
    shows: 'Figures 8, 20',
    title: 'Does a slimmer network, or a synthetic first layer, do as well?',
    answers:
      'Pretrained first stages under a top of half the width, and oriented edges (Gabor) in place of a pretrained first layer.',
    look: 'Convergence and Results, with the parameters of each model.',
    modality: 'fundus',
    models: {
      paper: ['resnet50', 'resnet50-slim', 'cbr-largew', 'cbr-largew-slim'],
      small: ['cbr-largew', 'cbr-largew-slim'],
    },
    inits: ({ base }) => (base === null ? [TRANSFER, { kind: 'gabor' }] : [{ kind: 'transfusion', upto: base.upto }]),
    sizes: null,
    leastSeeds: 2,
  },
  'frozen-features': {
    shows: 'Figures 12, 13',
    title: 'What are features worth if they are never adapted?',
    answers:
      'Stages stay as they start, to every depth in turn: random ones, pretrained ones under pretrained layers, and pretrained ones under random layers.',
    look: 'Results: AUC by the last frozen stage.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew'], small: ['cbr-tiny'] },
    inits: (model) => [
      TRANSFER,
      ...model.stages.map((freeze): TemplateInit => ({ kind: 'random', freeze })),
      ...model.stages.map((freeze): TemplateInit => ({ kind: 'transfer', freeze })),
      ...depths(model).map((upto): TemplateInit => ({ kind: 'transfusion', upto, freeze: upto })),
    ],
    sizes: null,
    leastSeeds: 2,
  },
  'batch-norm': {
    shows: 'Figure 17',
    title: 'Does batch norm carry the gain?',
    answers:
      'Mean-var weights with neutral, drawn and copied parameters of batch norm: how much of the faster start is due to them.',
    look: 'Convergence: curves and steps to the threshold.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew'], small: ['cbr-tiny'] },
    inits: () => [
      TRANSFER,
      MEAN_VAR,
      { kind: 'mean-var', bn: 'imagenet-mean-var' },
      { kind: 'mean-var', bn: 'imagenet-transfer' },
    ],
    sizes: null,
    leastSeeds: 2,
  },
  'sampling-shuffled': {
    shows: 'Figure 18',
    title: 'Is it the distribution of the weights?',
    answers:
      'Weights drawn from, or in another order than, the pretrained ones keep their distribution and lose every feature; mean-var keeps two numbers of it.',
    look: 'Convergence: curves and steps to the threshold.',
    modality: 'fundus',
    models: { paper: ['resnet50', 'cbr-largew'], small: ['cbr-tiny'] },
    inits: () => [TRANSFER, MEAN_VAR, { kind: 'sampling', bn: 'identity' }, { kind: 'shuffled', bn: 'identity' }],
    sizes: null,
    leastSeeds: 2,
  },
};

/** In the order of {@link TEMPLATE_IDS}. */
export const STUDY_TEMPLATES: readonly StudyTemplate[] = TEMPLATE_IDS.map((id) => ({ id, ...TEMPLATES[id] }));

export const studyTemplate = (id: TemplateId): StudyTemplate => ({ id, ...TEMPLATES[id] });

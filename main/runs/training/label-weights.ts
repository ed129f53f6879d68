/** What each label of a run's training images weighs in the loss. */
import type { Manifest } from '../../../shared/dataset/dataset.ts';
import type { ClassWeights, RunConfig } from '../../../shared/run/run.ts';
import { balancedWeights } from '../../engine/train/class-weights.ts';
import { labelMatrix, type RunReporter } from './training-context.ts';

/** Null where all labels weigh alike. Classes that no training image shows are told as a warning. */
export function labelWeights(params: {
  config: Pick<RunConfig, 'protocol' | 'outputs'>;
  manifest: Manifest;
  /** Training images, as indices into the manifest. */
  images: readonly number[];
  report: Pick<RunReporter, 'log'>;
}): ClassWeights | null {
  const { config, manifest, images, report } = params;
  const { protocol, outputs } = config;
  if (protocol.classWeights === 'none') return null;
  const labels = labelMatrix(manifest, images, outputs.length);
  const { weights, missing } = balancedWeights(protocol.head, labels, outputs.length);
  for (const gap of missing) {
    const name = outputs[gap.output] ?? '';
    const what = protocol.head === 'softmax' ? `image of the class "${name}"` : `image ${SIGNS[gap.class]} "${name}"`;
    report.log('warning', `Class weights: no ${what} among the training images, so that its labels weigh 1.`);
  }
  return weights;
}

const SIGNS = { positive: 'with', negative: 'without' } as const;

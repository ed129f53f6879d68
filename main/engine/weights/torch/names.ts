/** Names of PyTorch's ResNet-50 and Inception-v3 (torchvision and timm use the same) as the layers of this program. */
import type { LayerNaming } from '../source-layers.ts';

export type TorchNaming = Extract<LayerNaming, `torch-${string}`>;

/** A module that only this network has. */
const MARKS: Record<TorchNaming, string> = {
  'torch-resnet': 'layer1.0.conv1',
  'torch-inception': 'Mixed_5b.branch1x1.conv',
};

/** What a Sequential of the children of torchvision's ResNet calls them; 2 and 3 are without weights. */
const RESNET_CHILDREN: Partial<Record<string, string>> = {
  ...{ 0: 'conv1', 1: 'bn1', 4: 'layer1', 5: 'layer2', 6: 'layer3', 7: 'layer4' },
};
const resnetName = (module: string): string => module.replace(/^\d+/, (child) => RESNET_CHILDREN[child] ?? child);

/** The network whose modules these are, and what layer each of them is (null: none); null for names of no known network. */
export function torchNames(
  modules: readonly string[],
): { naming: TorchNaming; layerOf: (module: string) => string | null } | null {
  const naming = (Object.keys(MARKS) as TorchNaming[]).find((network) => modules.includes(MARKS[network]));
  if (naming !== undefined) return { naming, layerOf: (module) => layerOfModule(naming, module) };
  const isNumbered = modules.includes('4.0.conv1') && modules.includes('0');
  return isNumbered ? { naming: 'torch-resnet', layerOf: (module) => resnetLayer(resnetName(module)) } : null;
}

/** Parts of the files that this program's models do not have. */
export function ignoredTensor(name: string): string | null {
  if (name.endsWith('num_batches_tracked')) return 'counters of batches, which inference and training do not use';
  if (/(^|\.)AuxLogits\./.test(name))
    return 'the auxiliary classifier of Inception-v3, which Keras’s layout does not have';
  return null;
}

/** The layer of a module (`layer1.0.conv1`, `Mixed_5b.branch1x1.bn`); null for one that the model does not have. */
export function layerOfModule(naming: TorchNaming, module: string): string | null {
  return naming === 'torch-resnet' ? resnetLayer(module) : inceptionLayer(module);
}

function resnetLayer(module: string): string | null {
  if (module === 'conv1') return 'conv1_conv';
  if (module === 'bn1') return 'conv1_bn';
  const unit = /^layer([1-4])\.(\d+)\.(?:(conv|bn)([123])|downsample\.([01]))$/.exec(module);
  if (unit === null) return null;
  const [, stage, index, kind, number, shortcut] = unit;
  const name = `conv${Number(stage) + 1}_block${Number(index) + 1}`;
  return shortcut === undefined ? `${name}_${number}_${kind}` : `${name}_0_${shortcut === '0' ? 'conv' : 'bn'}`;
}

function inceptionLayer(module: string): string | null {
  const match = /^(.*)\.(conv|bn)$/.exec(module);
  const place = match === null ? -1 : INCEPTION_UNITS.indexOf(match[1] as string);
  if (match === null || place === -1) return null;
  const stem = match[2] === 'conv' ? 'conv2d' : 'batch_normalization';
  return place === 0 ? stem : `${stem}_${place}`;
}

const block = (name: string, branches: string[]): string[] => branches.map((branch) => `${name}.${branch}`);
const steps = (name: string, suffixes: string): string[] => [...suffixes].map((suffix) => `${name}_${suffix}`);

const MIXED_5 = ['branch1x1', ...steps('branch5x5', '12'), ...steps('branch3x3dbl', '123'), 'branch_pool'];
const MIXED_6A = ['branch3x3', ...steps('branch3x3dbl', '123')];
const MIXED_6 = ['branch1x1', ...steps('branch7x7', '123'), ...steps('branch7x7dbl', '12345'), 'branch_pool'];
const MIXED_7A = [...steps('branch3x3', '12'), ...steps('branch7x7x3', '1234')];
const MIXED_7 = [
  'branch1x1',
  ...['branch3x3_1', 'branch3x3_2a', 'branch3x3_2b'],
  ...['branch3x3dbl_1', 'branch3x3dbl_2', 'branch3x3dbl_3a', 'branch3x3dbl_3b'],
  'branch_pool',
];

/** The 94 convolutions in the order in which both programs make them, by which Keras numbers its layers. */
const INCEPTION_UNITS: readonly string[] = [
  ...['Conv2d_1a_3x3', 'Conv2d_2a_3x3', 'Conv2d_2b_3x3', 'Conv2d_3b_1x1', 'Conv2d_4a_3x3'],
  ...['Mixed_5b', 'Mixed_5c', 'Mixed_5d'].flatMap((name) => block(name, MIXED_5)),
  ...block('Mixed_6a', MIXED_6A),
  ...['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e'].flatMap((name) => block(name, MIXED_6)),
  ...block('Mixed_7a', MIXED_7A),
  ...['Mixed_7b', 'Mixed_7c'].flatMap((name) => block(name, MIXED_7)),
];

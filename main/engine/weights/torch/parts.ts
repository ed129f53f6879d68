/**
 * The networks that a file of PyTorch may hold. Scripts put anything in front of a network's names (`state_dict.module.encoder_q.`,
 * `backbone.`), and one file may hold several networks (a student and its teacher, weights and their moving average).
 */
import type { SourceLayer, WeightFile } from '../source-layers.ts';
import { torchNames } from './names.ts';

export interface TorchNetwork {
  convolutions: number;
  /** What the names begin with, with the last dot: every prefix that has these convolutions and no others, the longest last. */
  prefixes: string[];
}

/** One for each set of convolutions that a prefix has; the largest first. */
export function torchNetworks({ layers }: WeightFile): TorchNetwork[] {
  const networks = new Map<string, TorchNetwork>();
  for (const [prefix, { first, convolutions }] of convolutionsBelow(layers)) {
    // Prefixes lie in one another, so that an equal beginning and number are equal sets.
    const key = `${first}/${convolutions}`;
    const network = networks.get(key) ?? { convolutions, prefixes: [] };
    network.prefixes.push(prefix);
    networks.set(key, network);
  }
  return [...networks.values()].toSorted((a, b) => b.convolutions - a.convolutions);
}

function convolutionsBelow(layers: readonly SourceLayer[]): Map<string, { first: number; convolutions: number }> {
  const below = new Map([['', { first: -1, convolutions: 0 }]]);
  layers.forEach(({ name, kind }, index) => {
    if (kind !== 'conv') return;
    let prefix = '';
    for (const step of ['', ...(name ?? '').split('.').slice(0, -1)]) {
      if (step !== '') prefix += `${step}.`;
      const entry = below.get(prefix) ?? { first: index, convolutions: 0 };
      entry.convolutions++;
      if (entry.first === -1) entry.first = index;
      below.set(prefix, entry);
    }
  });
  return below;
}

/** The layers below a prefix of a network; and dense ones beside it (a classifier), where nothing else has convolutions. */
export function torchPart(file: WeightFile, { prefixes }: TorchNetwork, prefix: string): WeightFile {
  const [outer = ''] = prefixes;
  const isInside = ({ name, kind }: SourceLayer) => (name ?? '').startsWith(kind === 'dense' ? outer : prefix);
  const inside = file.layers.filter(isInside);
  const nameOf = ({ name }: SourceLayer) =>
    (name ?? '').startsWith(prefix) ? (name ?? '').slice(prefix.length) : (name ?? '');
  const known = torchNames(inside.map(nameOf));
  const outside = file.layers.filter((layer) => !isInside(layer)).flatMap(({ tensors }) => tensors);
  return {
    ...file,
    naming: known?.naming ?? 'torch',
    layers: inside.map((layer) => ({ ...layer, name: known?.layerOf(nameOf(layer)) ?? nameOf(layer) })),
    leftOut: [...file.leftOut, ...outside.map(({ name }) => ({ name, reason: `tensors outside of "${prefix}"` }))],
  };
}

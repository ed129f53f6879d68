/** Layer names of Keras's published files, of several versions, as the layers of this program. */

/** Names that Keras numbers by itself, in the order in which a session made the layers: they tell nothing of the place. */
export const isNumberedName = (name: string): boolean => /^(conv2d|batch_normalization|dense)(_\d+)?$/.test(name);

/**
 * The names of ResNet-50 in Keras 2 before 2.2.3 and in Keras 1: `res2a_branch2a`, `bn2a_branch2a`, `res2a_branch1` for the shortcut.
 * Null for others.
 */
export function layerOfOldResnetName(name: string): string | null {
  if (name === 'conv1') return 'conv1_conv';
  if (name === 'bn_conv1') return 'conv1_bn';
  const unit = /^(res|bn)([2-5])([a-f])_branch(1|2[abc])$/.exec(name);
  if (unit === null) return null;
  const [, kind, stage, letter, branch] = unit as unknown as [string, string, string, string, string];
  const number = branch === '1' ? 0 : ' abc'.indexOf(branch.slice(1));
  const index = letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
  return `conv${stage}_block${index}_${number}_${kind === 'res' ? 'conv' : 'bn'}`;
}

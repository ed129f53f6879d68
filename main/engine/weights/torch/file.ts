/** Files of `torch.save` as weights. */
import { AppError } from '../../../../shared/system/errors.ts';
import { formatConversions } from '../number-formats.ts';
import type { WeightFile } from '../source-layers.ts';
import { readCheckpoint } from './checkpoint.ts';
import { torchFile, torchLayers } from './layers.ts';
import { ignoredTensor } from './names.ts';

/** @throws AppError as `readCheckpoint`, and where a weight is made by something else than plain numbers */
export function readTorchFile(file: string): WeightFile {
  const { tensors, unknown } = readCheckpoint(file);
  const special = unknown.find(({ name }) => /(^|\.)(weight|bias|running_mean|running_var)$/.test(name));
  if (special !== undefined) {
    throw new AppError('bad-input', `Expected plain tensors, found "${special.name}", which ${special.maker} makes.`, {
      action:
        'Save the weights anew as plain float tensors, e.g. after `model.float().cpu()` and without quantisation.',
    });
  }
  const reasonOf = ({ name, type }: (typeof tensors)[number]): string | null =>
    ignoredTensor(name) ?? (type === null ? 'whole numbers, which weights are not' : null);
  const kept = tensors.filter((tensor) => reasonOf(tensor) === null);
  if (kept.length === 0) {
    throw new AppError('bad-input', 'Expected weights in the PyTorch file, found no tensors of numbers.', {
      action: 'Choose a file that holds a state dict, a checkpoint or a model.',
    });
  }
  return torchFile({
    kind: 'torch',
    layers: torchLayers(kept),
    isSorted: false,
    leftOut: [
      ...tensors.flatMap((tensor) => ({ name: tensor.name, reason: reasonOf(tensor) })),
      ...unknown.map(({ name, maker }) => ({ name, reason: `made by ${maker}, which is not read` })),
    ].filter((entry): entry is WeightFile['leftOut'][number] => entry.reason !== null),
    conversions: formatConversions(kept.flatMap(({ type }) => type ?? [])),
  });
}

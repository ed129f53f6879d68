/** `--conv`: by which ops convolutions and normalisations run, for comparisons. */
import { Option } from 'commander';
import { CONV_PATH_VARIABLE, CONV_PATHS, type ConvPath } from '../../engine/native-kernels.ts';

export interface ConvFlags {
  conv?: ConvPath;
}

export function convOption(): Option {
  return new Option(
    '--conv <path>',
    "native kernels where they are faster (auto, the default), wherever they can (fft), or TensorFlow's own ops",
  ).choices(CONV_PATHS);
}

/** Takes effect in this process, if TensorFlow is not loaded yet, and in the processes that it starts. */
export function applyConv({ conv }: ConvFlags): void {
  if (conv !== undefined) process.env[CONV_PATH_VARIABLE] = conv;
}

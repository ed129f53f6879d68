/** `stats cca A.npy B.npy`: how similar two sets of activations are, on the user's own arrays. */
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import { formatCount, formatNumber, formatPercent } from '../../../shared/words/numbers.ts';
import type { Activations } from '../../platform/linear-algebra.ts';
import {
  CCA_EPSILON,
  CCA_THRESHOLD,
  ccaOfCovariance,
  jointCovariance,
  type CcaResult,
} from '../../analysis/cca/coefficients.ts';
import { principalAngles, type PrincipalAngles } from '../../analysis/cca/principal-angles.ts';
import { SVCCA_VARIANCE, svccaOfCovariance, type SvccaResult } from '../../analysis/cca/svcca.ts';
import { createLinearAlgebra } from '../../engine/linalg/linear-algebra.ts';
import { readNpy, type NpyArray } from '../../platform/npy.ts';
import type { CliContext } from '../context.ts';
import { numberFrom } from './options.ts';

interface CcaFlags {
  svcca?: boolean;
  angles?: boolean;
  channelsLast?: boolean;
  epsilon: number;
  threshold: number;
  variance: number;
}

export function registerCca(stats: Command, context: CliContext): void {
  stats
    .command('cca <a> <b>')
    .description('canonical correlations of two NPY arrays of activations, neurons x datapoints')
    .option('--svcca', 'SVCCA as well: first keep the singular directions that carry most of the variance')
    .option('--angles', 'principal angles as well: CCA without regularisation (slower)')
    .option(
      '--channels-last',
      'the last axis holds the neurons, all others are datapoints (images x height x width x channels)',
    )
    .option('--epsilon <x>', 'added to both diagonals after scaling', numberFrom(0, 1), CCA_EPSILON)
    .option('--threshold <x>', 'share of the sum that the thresholded mean covers', numberFrom(0, 1), CCA_THRESHOLD)
    .option('--variance <x>', 'share of the variance that SVCCA keeps', numberFrom(0, 1), SVCCA_VARIANCE)
    .action((a: string, b: string, flags: CcaFlags) => {
      const result = compareActivations(readActivations(a, flags), readActivations(b, flags), flags);
      context.out.result(result, () => ccaText(result));
    });
}

export interface CcaComparison {
  a: { neurons: number };
  b: { neurons: number };
  datapoints: number;
  cca: CcaResult;
  svcca: SvccaResult | null;
  principalAngles: PrincipalAngles | null;
}

export function compareActivations(a: Activations, b: Activations, flags: CcaFlags): CcaComparison {
  const algebra = createLinearAlgebra();
  const covariance = jointCovariance(algebra, a, b);
  const { epsilon, threshold, variance } = flags;
  return {
    a: { neurons: a.neurons },
    b: { neurons: b.neurons },
    datapoints: a.datapoints,
    cca: ccaOfCovariance(algebra, covariance, { epsilon, threshold }),
    svcca: flags.svcca === true ? svccaOfCovariance(algebra, covariance, { epsilon, threshold, variance }) : null,
    principalAngles: flags.angles === true ? principalAngles(algebra, a, b) : null,
  };
}

function readActivations(file: string, { channelsLast = false }: CcaFlags): Activations {
  const array = readNpy(file);
  if (channelsLast && array.shape.length >= 2) return fromChannelsLast(array);
  const [neurons, datapoints] = array.shape;
  if (neurons !== undefined && datapoints !== undefined && array.shape.length === 2) {
    return { neurons, datapoints, values: array.values };
  }
  throw new AppError(
    'bad-input',
    `Expected an array with two axes, neurons x datapoints, got one with ${array.shape.length} (${array.shape.join(' x ')}).`,
    { action: 'For activations of a convolution (images x height x width x channels) add --channels-last.' },
  );
}

function fromChannelsLast({ shape, values }: NpyArray): Activations {
  const neurons = shape.at(-1) as number;
  const datapoints = neurons === 0 ? 0 : values.length / neurons;
  const transposed = new Float64Array(values.length);
  for (let point = 0; point < datapoints; point++) {
    for (let neuron = 0; neuron < neurons; neuron++) {
      transposed[neuron * datapoints + point] = values[point * neurons + neuron] as number;
    }
  }
  return { neurons, datapoints, values: transposed };
}

function ccaText({ a, b, datapoints, cca, svcca, principalAngles: angles }: CcaComparison): string {
  const sizes = `${formatCount(a.neurons)} and ${formatCount(b.neurons)} neurons on ${formatCount(datapoints)} datapoints.`;
  return [
    sizes,
    '',
    ...similarityLines('CCA', cca),
    ...(svcca === null
      ? []
      : [
          '',
          ...similarityLines('SVCCA', svcca),
          `  directions    ${svcca.directionsX} and ${svcca.directionsY}, with ${formatPercent(svcca.carriedX)} and ${formatPercent(svcca.carriedY)} of the variance`,
        ]),
    ...(angles === null
      ? []
      : ['', `Principal angles (ranks ${angles.rankX} and ${angles.rankY})`, list('cosines', angles.cosines)]),
  ].join('\n');
}

function similarityLines(name: string, result: CcaResult): string[] {
  const { coefficients, mean, meanThresholded, thresholdCount, threshold, keptX, keptY } = result;
  const first = thresholdCount === null ? 'all coefficients' : `the first ${thresholdCount} coefficients`;
  return [
    `${name} similarity ${formatNumber(mean, 4)} (mean of ${coefficients.length} coefficients)`,
    `  thresholded   ${formatNumber(meanThresholded, 4)} (mean of ${first}, ${formatPercent(threshold)} of the sum)`,
    `  neurons kept  ${keptX} and ${keptY}`,
    list('coefficients', coefficients),
  ];
}

function list(name: string, values: readonly number[]): string {
  if (values.length === 0) return `  no ${name}: one of the sets does not vary`;
  const shown = values.slice(0, 10).map((value) => formatNumber(value, 4));
  return `  ${name.padEnd(12)}  ${shown.join(' ')}${values.length > shown.length ? ' …' : ''}`;
}

/** `bench conv`: the native convolution against TensorFlow's own op, layer by layer, in one process. */
import { formatNumber } from '../../../shared/words/numbers.ts';
import { Option, type Command } from 'commander';
import { MODEL_IDS, type ModelId } from '../../../shared/study/models.ts';
import { layerShapes } from '../../engine/graph/definition.ts';
import { MODELS } from '../../engine/models/catalogue.ts';
import { benchmarkConvolution, type ConvolutionShape } from '../../engine/train/convolution-benchmark.ts';
import type { CliContext } from '../context.ts';
import { applyConv, convOption, type ConvFlags } from './conv-option.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface ConvBenchOptions extends ConvFlags {
  model: ModelId;
  size: number;
  batch: number;
  repetitions: number;
}

export function registerConvBench(bench: Command, context: CliContext): void {
  bench
    .command('conv')
    .description("time each large convolution of a model by the native kernels and by TensorFlow's op, in turn")
    .addOption(new Option('--model <model>', 'whose layers').choices(MODEL_IDS).default('cbr-small'))
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 224)
    .option('--batch <images>', 'images a step', wholeNumber(1, 512), 8)
    .option('--repetitions <count>', 'of which the fastest counts', wholeNumber(1, 1000), 5)
    .addOption(convOption())
    .action((options: ConvBenchOptions) => run(options, context));
}

function run({ model, size, batch, repetitions, conv }: ConvBenchOptions, { out }: CliContext): void {
  applyConv({ conv: conv ?? 'auto' });
  const layers = convolutionsOf(model, size, batch).map(({ layer, ...shape }) => ({
    layer,
    ...shape,
    ...benchmarkConvolution(shape, repetitions),
  }));
  const passes = layers.flatMap(({ timings, ...shape }) => timings.map((timing) => ({ ...shape, ...timing })));
  const table = plainTable(passes, {
    Layer: ({ layer }) => layer,
    Shape: ({ inputs, outputs, side, size: px }) => `${inputs} to ${outputs}, ${side} x ${side}, at ${px} px`,
    Pass: ({ pass }) => pass,
    'Native ms': ({ native }) => formatNumber(native.ms, 1),
    'TensorFlow ms': ({ tensorflow }) => formatNumber(tensorflow.ms, 1),
    'Native CPU ms': ({ native }) => formatNumber(native.cpuMs, 1),
    'TensorFlow CPU ms': ({ tensorflow }) => formatNumber(tensorflow.cpuMs, 1),
    Ratio: ({ native, tensorflow }) => formatNumber(tensorflow.cpuMs / native.cpuMs, 2),
    Taken: ({ taken }) => (taken ? 'native' : 'TensorFlow'),
  });
  out.result({ model, size, batch, layers }, () => tableText(table));
}

/** The distinct square convolutions at stride 1 of more than one tap. */
function convolutionsOf(model: ModelId, size: number, batch: number): (ConvolutionShape & { layer: string })[] {
  const graph = MODELS[model].graph(1);
  const shapes = layerShapes(graph, size);
  const seen = new Set<string>();
  return graph.layers.flatMap((layer) => {
    const input = shapes.get(layer.inputs[0] as string);
    if (layer.kind !== 'conv' || layer.stride !== 1 || !input) return [];
    const [height, width] = layer.kernel;
    const shape = { batch, size: input.height, inputs: input.channels, outputs: layer.filters, side: height };
    const key = JSON.stringify(shape);
    if (height !== width || height < 3 || layer.padding !== 'same' || seen.has(key)) return [];
    seen.add(key);
    return [{ layer: layer.name, ...shape }];
  });
}

/** Runs a graph forward and backward. Tensors live exactly as long as a later step of the same pass needs them. */
import { addAll } from '../ops/elementwise.ts';
import { takesNativeNormalisation } from '../ops/native.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import { IMAGE, type Graph, type Layer, type LayerKind } from './definition.ts';
import type { GradientSink, LayerRuntime, Mode, ParameterStore } from './layer.ts';
import { batchNormLayer, nativeNormLayer, type KeepsOfPast } from './batch-norm-layer.ts';
import { convLayer, denseLayer } from './layers-with-weights.ts';
import {
  addLayer,
  averagePoolLayer,
  concatLayer,
  globalAveragePoolLayer,
  maxPoolLayer,
  reluLayer,
} from './layers-without-weights.ts';
import { runtimeLayers } from './reorder.ts';

const WITH_PARAMETERS: readonly LayerKind[] = ['conv', 'batch-norm', 'dense'];

export class Network {
  readonly #tf: Tf;
  readonly #steps: { layer: Layer; runtime: LayerRuntime }[];
  /** How many layers read a layer's output. */
  readonly #readers = new Map<string, number>();
  /** Layers from which a gradient leads to some parameter, their own or one below. */
  readonly #needGradient = new Set<string>();
  readonly #input: string;
  readonly #output: string;

  /**
   * `input`: what the layers call the tensor that they are fed with; not the image in the upper part of a graph (split.ts).
   * `fuses`: what is between a batch norm and the pooling or the ReLU that follow it may be left out; `watch` then does not see it.
   * `inputGradient`: `backward` goes down to the input, which training does not need.
   * `keepsOfPast`: how much a batch leaves of batch norm's moving statistics, from the layer's momentum; default: all of the momentum.
   */
  constructor(
    tf: Tf,
    graph: Graph,
    parameters: ParameterStore,
    {
      input = IMAGE,
      fuses = false,
      inputGradient = false,
      keepsOfPast = (momentum) => momentum,
    }: { input?: string; fuses?: boolean; inputGradient?: boolean; keepsOfPast?: KeepsOfPast } = {},
  ) {
    this.#tf = tf;
    this.#input = input;
    const layers = runtimeLayers(graph.layers, { fuses: fuses && takesNativeNormalisation(tf) });
    this.#steps = layers.map((layer) => ({ layer, runtime: createRuntime(tf, layer, parameters, keepsOfPast) }));
    if (inputGradient) this.#needGradient.add(input);
    for (const { name, kind, inputs } of layers) {
      for (const input of inputs) this.#readers.set(input, (this.#readers.get(input) ?? 0) + 1);
      if (WITH_PARAMETERS.includes(kind) || inputs.some((input) => this.#needGradient.has(input))) {
        this.#needGradient.add(name);
      }
    }
    this.#output = (layers.at(-1) as Layer).name;
  }

  /**
   * The last layer's output (logits, B x outputs), owned by the caller, of an image batch, which stays the caller's. `watch` sees
   * the output of each layer before it is freed.
   */
  forward(images: DeviceTensor, mode: Mode, watch?: (layer: string, output: DeviceTensor) => void): DeviceTensor {
    const tf = this.#tf;
    const outputs = new Map([[this.#input, tf.retain(images)]]);
    const unread = new Map(this.#readers);
    for (const { layer, runtime } of this.#steps) {
      const output = runtime.forward(
        layer.inputs.map((name) => outputs.get(name) as DeviceTensor),
        mode,
      );
      outputs.set(layer.name, output);
      watch?.(layer.name, output);
      for (const name of layer.inputs) {
        const left = (unread.get(name) as number) - 1;
        unread.set(name, left);
        if (left === 0) tf.release(outputs.get(name) as DeviceTensor);
      }
    }
    return outputs.get(this.#output) as DeviceTensor;
  }

  /**
   * Sends the gradient of the logits (which stays the caller's) back through the last training-mode forward pass. `sink` gets
   * no gradient of a folded bias: it is exactly 0. Returns the gradient of the input, owned by the caller; null without
   * `inputGradient`.
   */
  backward(gradient: DeviceTensor, sink: GradientSink): DeviceTensor | null {
    const tf = this.#tf;
    const arrived = new Map<string, DeviceTensor[]>([[this.#output, [tf.retain(gradient)]]]);
    for (const { layer, runtime } of this.#steps.toReversed()) {
      const parts = arrived.get(layer.name);
      if (!parts) {
        runtime.forget();
        continue;
      }
      const total = addAll(tf, parts);
      tf.release(...parts);
      arrived.delete(layer.name);
      const wanted = layer.inputs.map((name) => this.#needGradient.has(name));
      runtime.backward(total, wanted, sink).forEach((part, index) => {
        const name = layer.inputs[index] as string;
        if (!part) return;
        if (this.#needGradient.has(name)) arrived.set(name, [...(arrived.get(name) ?? []), part]);
        else tf.release(part);
      });
      tf.release(total);
    }
    const atInput = arrived.get(this.#input);
    if (atInput === undefined) return null;
    const whole = addAll(tf, atInput);
    tf.release(...atInput);
    return whole;
  }

  /** The first layer whose last training-mode forward pass met values that are not finite; null when all were. */
  firstNonFinite(): string | null {
    const found = this.#steps.find(({ runtime }) => runtime.finite?.() === false)?.layer;
    return found === undefined ? null : ((found.kind === 'batch-norm' ? found.tensors : undefined) ?? found.name);
  }

  /** Drops what a training-mode forward pass kept, when no backward pass will follow. */
  forget(): void {
    for (const { runtime } of this.#steps) runtime.forget();
  }
}

function createRuntime(tf: Tf, layer: Layer, parameters: ParameterStore, keepsOfPast: KeepsOfPast): LayerRuntime {
  switch (layer.kind) {
    case 'conv':
      return convLayer(tf, layer, parameters);
    case 'batch-norm':
      return takesNativeNormalisation(tf)
        ? nativeNormLayer(tf, layer, parameters, keepsOfPast)
        : batchNormLayer(tf, layer, parameters, keepsOfPast);
    case 'relu':
      return reluLayer(tf);
    case 'max-pool':
      return maxPoolLayer(tf, layer);
    case 'average-pool':
      return averagePoolLayer(tf, layer);
    case 'global-average-pool':
      return globalAveragePoolLayer(tf);
    case 'dense':
      return denseLayer(tf, layer, parameters);
    case 'add':
      return addLayer(tf);
    case 'concat':
      return concatLayer(tf);
  }
}

/** Writes a network down layer by layer. */
import { HEAD_STAGE, IMAGE, type Layer } from '../graph/definition.ts';

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** A layer without its place in the network. */
export type LayerSettings = DistributiveOmit<Layer, 'name' | 'stage' | 'inputs'>;

export class LayerList {
  readonly layers: Layer[] = [];
  /** Of the layers that are added from now on. */
  stage = HEAD_STAGE;

  /** The layer that was added last, or the image. */
  get last(): string {
    return this.layers.at(-1)?.name ?? IMAGE;
  }

  /** Adds a layer on top of `inputs` (the last one, where none is given) and gives its name. */
  add(name: string, settings: LayerSettings, inputs: string[] = [this.last]): string {
    this.layers.push({ name, stage: this.stage, inputs, ...settings });
    return name;
  }

  /** Global average pooling, and the dense layer that every model ends in. */
  addHead({ pool, outputs }: { pool: string; outputs: number }): void {
    this.stage = HEAD_STAGE;
    this.add(pool, { kind: 'global-average-pool' });
    this.add('classifier', { kind: 'dense', units: outputs });
  }
}

/** What a pickle holds, as data: nothing of it is ever run. */

/** A class or function that the pickle names: `torch._utils._rebuild_tensor_v2`. */
export class PickleName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What a name would have made: never made here. */
export class PickleObject {
  readonly maker: string;
  /** What the file would put into it. */
  state: PickleValue = null;
  constructor(maker: string) {
    this.maker = maker;
  }
}

/** What a pickle keeps outside of itself; PyTorch keeps its numbers so. */
export class PickleReference {
  readonly id: PickleValue;
  constructor(id: PickleValue) {
    this.id = id;
  }
}

export type PickleMap = Map<PickleValue, PickleValue>;
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleMap
  | PickleName
  | PickleObject
  | PickleReference;

/** The arrays of a MedMNIST file (`.npz`), piece by piece: at 224 pixels they are larger than memory. */
import { createReadStream } from 'node:fs';
import { Unzip, UnzipInflate } from 'fflate';
import { AppError } from '../../../shared/system/errors.ts';
import { openInputFile } from '../../platform/input-file.ts';
import { parseNpyHead, type NpyHead } from '../../platform/npy.ts';

const PIECE_BYTES = 2 ** 16;

export const PARTS = ['train', 'val', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** One image, or one row of labels. */
export interface Item {
  part: Part;
  kind: 'images' | 'labels';
  /** Position in its array. */
  index: number;
  bytes: Uint8Array;
  /** Of one item: height x width, height x width x 3, or the number of labels. */
  shape: number[];
}

export function refuseNpz(found: string): AppError {
  return new AppError('bad-input', `Expected a MedMNIST file of flat images, found ${found}.`, {
    action: 'Choose a file such as retinamnist.npz or chestmnist_224.npz, or a folder of images.',
  });
}

/** Cuts the bytes of one array into its items. */
function itemsOf(name: string): (piece: Uint8Array) => Item[] {
  const match = /^(train|val|test)_(images|labels)\.npy$/.exec(name);
  if (!match) return () => [];
  const [, part, kind] = match as unknown as [string, Part, Item['kind']];
  let rest = Buffer.alloc(0);
  let head: NpyHead | null = null;
  let index = 0;
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    head ??= parseNpyHead(rest);
    if (head === null) return [];
    const { shape, dtype, fortranOrder, dataStart } = head;
    const [count = 0, ...inner] = shape;
    const isImage = inner.length === 2 || (inner.length === 3 && inner[2] === 3);
    if (dtype !== 'uint8' || fortranOrder || (kind === 'images' ? !isImage : inner.length !== 1)) {
      throw refuseNpz(`${name} with ${dtype} values of ${shape.join(' x ')}`);
    }
    const size = inner.reduce((product, side) => product * side, 1);
    const items: Item[] = [];
    let at = index === 0 ? dataStart : 0;
    for (; index < count && at + size <= rest.length; at += size) {
      items.push({ part, kind, index: index++, bytes: Uint8Array.from(rest.subarray(at, at + size)), shape: inner });
    }
    rest = index === 0 ? rest : rest.subarray(at);
    return items;
  };
}

/** @throws AppError `bad-input` for what is no such file, `not-found`, `io` */
export async function* readNpz(file: string): AsyncGenerator<Item[]> {
  const { handle } = openInputFile(file, { what: 'a MedMNIST file' });
  let items: Item[] = [];
  let failure: unknown = null;
  const unzip = new Unzip((entry) => {
    const cut = itemsOf(entry.name);
    entry.ondata = (error, piece) => {
      failure ??= error;
      if (failure === null) items.push(...cut(piece));
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for await (const piece of createReadStream('', { fd: handle, highWaterMark: PIECE_BYTES })) {
      unzip.push(piece as Buffer);
      if (failure !== null) break;
      if (items.length > 0) yield items;
      items = [];
    }
    if (failure === null) unzip.push(new Uint8Array(), true);
  } catch (error) {
    failure ??= error;
  }
  if (failure instanceof AppError) throw failure;
  if (failure !== null) throw refuseNpz('a damaged one, or no zip file at all');
  if (items.length > 0) yield items;
}

/** Damaged files through every reader: each is read or refused in words; nothing else may be thrown, and nothing may hang. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { strToU8, zipSync } from 'fflate';
import { readStudyFile } from '../../main/cli/study/study-file.ts';
import { ProblemList } from '../../main/datasets/problem-list.ts';
import { openTables } from '../../main/datasets/tables/open-tables.ts';
import { readTable } from '../../main/datasets/tables/table.ts';
import { readWeightFile } from '../../main/engine/weights/read-weight-file.ts';
import { writeSafetensors } from '../../main/engine/weights/safetensors.ts';
import { inspectImage } from '../../main/images/inspect.ts';
import { parseNpy } from '../../main/platform/npy.ts';
import { readBundle } from '../../main/services/bundles/bundle-read.ts';
import { openBundle } from '../../main/services/bundles/bundle-zip.ts';
import { AppError } from '../../shared/system/errors.ts';
import { RandomStream } from '../../shared/system/random.ts';
import type { Campaign } from './campaign.ts';

interface Reader {
  name: string;
  /** The ending that the file bears. */
  ending: string;
  sample: Uint8Array;
  read: (file: string) => unknown;
}

async function readers(folder: string): Promise<Reader[]> {
  const noise = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * 7919) % 251);
  const image = sharp(noise, { raw: { width: 40, height: 40, channels: 3 } });
  const tensors = path.join(folder, 'sample.safetensors');
  const values = Float32Array.from({ length: 12 }, (_, i) => i);
  writeSafetensors(tensors, [{ name: 'a', shape: [3, 4], values }] as never, { format: 'pt' });
  const rows = Array.from({ length: 40 }, (_, i) => `${i}_left,"${i % 5}",${i}.5`).join('\r\n');
  const head = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }".padEnd(117) + '\n';
  const npy = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(head), Buffer.alloc(48)]);
  const bundle = zipSync({
    'bundle.json': strToU8('{"format":"transfusion-lab-study","schema":1}'),
    'split.csv': strToU8('a,b\n'),
  });
  const spec = 'name: x\ndataset: d\nmodels: [cbr-tiny]\ninits: [random, {transfer: w}]\nseeds: [0, 1]\n';
  const images = (['png', 'jpeg', 'tiff', 'webp', 'gif'] as const).map(async (format) => ({
    name: format,
    ending: format,
    sample: await image.clone().toFormat(format).toBuffer(),
    read: inspectImage,
  }));
  return [
    ...(await Promise.all(images)),
    { name: 'table', ending: 'csv', sample: strToU8(`image,level,age\r\n${rows}`), read: readWholeTable },
    { name: 'safetensors', ending: 'safetensors', sample: fs.readFileSync(tensors), read: readWeightFile },
    { name: 'npy', ending: 'npy', sample: npy, read: (file) => parseNpy(fs.readFileSync(file)) },
    { name: 'bundle', ending: 'zip', sample: bundle, read: readWholeBundle },
    { name: 'study file', ending: 'yaml', sample: strToU8(spec), read: readStudyFile },
  ];
}

async function readWholeBundle(file: string): Promise<void> {
  const files = openBundle(file);
  try {
    await readBundle(files);
  } finally {
    files.close();
  }
}

async function readWholeTable(file: string): Promise<void> {
  for (const table of await openTables(path.dirname(file), file)) {
    if ('header' in table) await readTable(table, () => undefined, new ProblemList());
  }
}

/** One to eight changes: bits, bytes of meaning, runs that are cut out, doubled or moved, and cut ends. */
export function damage(sample: Uint8Array, stream: RandomStream): Uint8Array {
  let bytes = Buffer.from(sample);
  for (let n = 1 + stream.integer(8); n > 0 && bytes.length > 1; n--) {
    const at = stream.integer(bytes.length);
    const length = 1 + stream.integer(Math.min(64, bytes.length));
    const part = bytes.subarray(at, at + length);
    const kind = stream.integer(5);
    if (kind === 0) bytes[at] = (bytes[at] as number) ^ (1 << stream.integer(8));
    else if (kind === 1)
      bytes.fill([0, 255, 127, 10, 34, 27][stream.integer(6)] as number, at, Math.min(bytes.length, at + length));
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), part, part, bytes.subarray(at + length)]);
    else bytes = bytes.subarray(0, Math.max(1, at));
  }
  return bytes;
}

export const fuzz: Campaign = async ({ amount, seed, folder }) => {
  const all = await readers(folder);
  const figures = { files: 0, read: 0, refused: 0, perReader: Math.ceil(amount / all.length) };
  const faults: string[] = [];
  for (const { name, ending, sample, read } of all) {
    for (let i = 0; i < figures.perReader; i++) {
      const file = path.join(folder, `fuzz.${ending}`);
      fs.writeFileSync(file, damage(sample, new RandomStream(seed, 'fuzz', name, i)));
      figures.files++;
      try {
        const result = (await read(file)) as { ok?: boolean } | undefined;
        if (result?.ok === false) figures.refused++;
        else figures.read++;
      } catch (error) {
        if (error instanceof AppError && error.code !== 'internal') figures.refused++;
        else faults.push(`${name} ${i}: ${String(error)}`);
      }
    }
  }
  return { figures, faults };
};

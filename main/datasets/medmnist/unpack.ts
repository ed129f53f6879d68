/** A MedMNIST file as a folder that an import reads: a PNG for each image, and a table of their labels and official parts. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { LAYOUT_IDS } from '../../../shared/dataset/layout-ids.ts';
import { formatCsv, type CsvCell } from '../../../shared/tables/csv.ts';
import { sharp } from '../../images/sharp.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { forEachConcurrently } from '../../platform/concurrently.ts';
import { MEDMNIST_CLASSES, medmnistSet } from './sets.ts';
import { PARTS, readNpz, refuseNpz, type Item, type Part } from './read-npz.ts';

const IN_FLIGHT = 8;
/** Their column of labels has the name of the set, by which they are recognised. */
const KNOWN: ReadonlySet<string> = new Set(LAYOUT_IDS);

const isNpz = (file: string): boolean => /\.npz$/i.test(file);

const nameOf = (part: Part, index: number): string => `${part}/${String(index).padStart(6, '0')}.png`;

async function writePng(folder: string, { part, index, bytes, shape }: Item): Promise<void> {
  const [height = 0, width = 0, channels = 1] = shape;
  const raw = { width, height, channels: channels as 1 | 3 };
  await sharp(bytes, { raw })
    .png({ compressionLevel: 3 })
    .toFile(path.join(folder, nameOf(part, index)));
}

/** A column of findings each, or one column of classes; numbers where the set is not known. */
function labelTable(set: string | null, labels: ReadonlyMap<string, Uint8Array>): string {
  const first = [...labels.values()][0] ?? new Uint8Array(1);
  const classes = set === null ? [] : (MEDMNIST_CLASSES[set] ?? []);
  const isSingle = first.length === 1;
  const columns = isSingle
    ? [set !== null && KNOWN.has(set) ? set : 'label']
    : Array.from(first, (_, i) => classes[i] ?? `label ${i + 1}`);
  const rows = [...labels].map(([name, values]): CsvCell[] => [
    name,
    name.slice(0, name.indexOf('/')),
    ...(isSingle ? [classes[values[0] as number] ?? (values[0] as number)] : values),
  ]);
  return formatCsv(['image', 'split', ...columns], rows);
}

async function unpack(file: string, folder: string, options: UnpackOptions): Promise<void> {
  const { signal, onProgress } = options;
  const labels = new Map<string, Uint8Array>();
  const counts = { images: 0, labels: 0 };
  for (const part of PARTS) await fs.mkdir(path.join(folder, part), { recursive: true });
  for await (const items of readNpz(file)) {
    signal?.throwIfAborted();
    for (const { kind, part, index, bytes } of items) {
      counts[kind]++;
      if (kind === 'labels') labels.set(nameOf(part, index), bytes);
    }
    const images = items.filter(({ kind }) => kind === 'images');
    await forEachConcurrently(images, IN_FLIGHT, (item) => writePng(folder, item), signal);
    onProgress?.(counts.images);
  }
  if (counts.images === 0 || counts.labels !== counts.images) {
    throw refuseNpz(`${counts.images} images and ${counts.labels} labels in it`);
  }
  const set = medmnistSet(path.basename(file));
  await fs.writeFile(path.join(folder, `${set ?? 'labels'}.csv`), labelTable(set, labels));
}

/** The file of a folder that holds nothing else. */
async function onlyNpz(folder: string): Promise<string | null> {
  const names = (await fs.readdir(folder).catch(() => [])).filter((name) => !/^\.|\.(md|txt|json|pdf)$/i.test(name));
  return names.length === 1 && isNpz(names[0] as string) ? path.join(folder, names[0] as string) : null;
}

export interface UnpackOptions {
  /** Images so far. */
  onProgress?: (images: number) => void;
  signal?: AbortSignal;
}

/**
 * The folder of a MedMNIST file, made below `home` when it is not there yet; `folder` itself where it neither is nor holds one alone.
 * @throws AppError `bad-input` for an `.npz` of something else; `not-found`, `io`
 */
export async function unpackMedmnist(folder: string, home: string, options: UnpackOptions = {}): Promise<string> {
  const file = isNpz(folder) ? folder : await onlyNpz(folder);
  const stat = file === null ? null : await fs.stat(file).catch(() => null);
  if (file === null || stat?.isDirectory()) return folder;
  const key = sha256Of(`${file}\n${stat?.size}\n${stat?.mtimeMs}`).slice(0, 12);
  const target = path.join(home, `${path.basename(file).replace(/\.npz$/i, '')}-${key}`);
  if ((await fs.stat(target).catch(() => null)) !== null) return target;
  await fs.mkdir(home, { recursive: true });
  const temporary = await fs.mkdtemp(`${target}.`);
  try {
    await unpack(file, temporary, options);
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return target;
}

/**
 * Writing a set of files into a folder that may hold other things. `checksums.txt` (the format of `sha256sum`) lists what was
 * written for which study; only a file that it lists, unchanged since, is replaced. Anything else keeps its place, and the
 * new file gets a number: `results-2.csv`.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import { commitFile, toFileError, writeFileAtomic } from '../../platform/atomic-file.ts';
import { readInputFile, readInputPieces } from '../../platform/input-file.ts';
import { sha256Of } from '../../platform/sha256.ts';

/** A file made piece by piece, so that a large one is never whole in memory. */
export interface FileContent {
  name: string;
  write(append: (data: string | Uint8Array) => void): void;
}

export interface WrittenFile {
  /** As asked for. */
  wanted: string;
  /** As written: the same, or numbered. */
  name: string;
  bytes: number;
  sha256: string;
}

const CHECKSUMS = 'checksums.txt';
const MAX_LIST_BYTES = 2 ** 24;

/** @throws AppError `bad-input` where `folder` is a file, `io` or `out-of-space` where it cannot be written. */
export function writeExport(params: { folder: string; owner: string; files: readonly FileContent[] }): WrittenFile[] {
  const { folder, owner, files } = params;
  makeFolder(folder);
  const own = readOwn(folder, owner);
  const written = files.map((file): WrittenFile => {
    const name = freeName({ folder, wanted: file.name, own });
    return { wanted: file.name, name, ...writeContent(path.join(folder, name), file) };
  });
  const lines = [`# ${owner}\n`, ...written.map((file) => `${file.sha256}  ${file.name}\n`)];
  // Files of earlier exports that this one did not write stay listed as ours.
  for (const [name, sha256] of own.files) {
    if (
      name !== own.list &&
      !written.some((file) => file.name === name) &&
      isUnchanged(path.join(folder, name), sha256)
    ) {
      lines.push(`${sha256}  ${name}\n`);
    }
  }
  const list = own.list ?? freeName({ folder, wanted: CHECKSUMS, own });
  const text = lines.join('');
  writeFileAtomic(path.join(folder, list), text);
  return [...written, { wanted: CHECKSUMS, name: list, bytes: Buffer.byteLength(text), sha256: sha256Of(text) }];
}

interface OwnFiles {
  /** Name of the list of this owner, null where there is none yet. */
  list: string | null;
  /** SHA-256 by name. */
  files: Map<string, string>;
}

function makeFolder(folder: string): void {
  try {
    if (fs.existsSync(folder) && !fs.statSync(folder).isDirectory()) {
      throw new AppError('bad-input', 'Expected a folder to write the report to, got a file.', {
        action: 'Choose a folder, or a name that does not exist yet.',
      });
    }
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw toFileError(error, 'The folder for the report could not be made.');
  }
}

/** The list that an earlier export of the same owner left: `checksums.txt` or a numbered one. */
function readOwn(folder: string, owner: string): OwnFiles {
  for (let number = 1; ; number++) {
    const list = numbered(CHECKSUMS, number);
    const file = path.join(folder, list);
    if (!fs.existsSync(file)) return { list: null, files: new Map() };
    const [first, ...lines] = readInputFile(file, { what: 'a list of checksums', maxBytes: MAX_LIST_BYTES })
      .toString('utf8')
      .split('\n');
    if (first !== `# ${owner}`) continue;
    const files = new Map<string, string>();
    for (const line of lines) {
      const match = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line);
      if (match !== null) files.set(match[2] as string, match[1] as string);
    }
    return { list, files };
  }
}

/** The first of `name`, `name-2`, ... that does not exist or is our own, unchanged file. */
function freeName({ folder, wanted, own }: { folder: string; wanted: string; own: OwnFiles }): string {
  for (let number = 1; ; number++) {
    const name = numbered(wanted, number);
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) return name;
    const sha256 = own.files.get(name);
    if (sha256 !== undefined && isUnchanged(file, sha256)) return name;
  }
}

function numbered(name: string, number: number): string {
  const { name: stem, ext } = path.parse(name);
  return number === 1 ? name : `${stem}-${number}${ext}`;
}

function isUnchanged(file: string, sha256: string): boolean {
  return fs.existsSync(file) && fs.statSync(file).isFile() && sha256OfFile(file) === sha256;
}

function sha256OfFile(file: string): string {
  const hash = createHash('sha256');
  readInputPieces(file, { what: 'a file of a report' }, (piece) => hash.update(piece));
  return hash.digest('hex');
}

function writeContent(file: string, content: FileContent): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  let bytes = 0;
  commitFile(file, (temporary) => {
    const handle = fs.openSync(temporary, 'w');
    try {
      content.write((part) => {
        const data = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
        fs.writeSync(handle, data);
        hash.update(data);
        bytes += data.length;
      });
    } finally {
      fs.closeSync(handle);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

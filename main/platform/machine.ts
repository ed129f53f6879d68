/** Facts about the machine: memory, processors and their time, disk, and whether a folder can be written to. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface MachineFacts {
  /** Processor threads that this process may use. */
  threads: number;
  processor: string;
  /** What a new program could get without swapping, within the limit of a container. */
  freeMemoryBytes: number;
  totalMemoryBytes: number;
}

export function readMachine(): MachineFacts {
  const limit = process.constrainedMemory();
  const total = os.totalmem();
  return {
    threads: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? process.arch,
    freeMemoryBytes: process.availableMemory(),
    // Without a limit, Node reports 0 or a number beyond any machine.
    totalMemoryBytes: limit > 0 && limit < total ? limit : total,
  };
}

/** Seconds of processor time, of all threads, since `before`. */
export function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Bytes that this user may still write to the disk of `folder`, or of its nearest parent that exists. */
export function freeDiskBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(nearestExisting(folder));
  return bavail * bsize;
}

/**
 * Whether files can be made in `folder`, tried out for real; a folder that does not exist yet is judged by its nearest
 * parent and not made.
 * @returns null, or the file system's code, for example `EACCES`
 */
export function findWriteProblem(folder: string): string | null {
  const place = nearestExisting(folder);
  const file = path.join(place, `.transfusion-lab-probe-${process.pid}`);
  try {
    fs.writeFileSync(file, 'x', { flag: 'w' });
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    try {
      fs.rmSync(file, { force: true });
    } catch {
      // It could not be made in the first place.
    }
  }
}

function nearestExisting(folder: string): string {
  let place = path.resolve(folder);
  while (!fs.existsSync(place)) place = path.dirname(place);
  return place;
}

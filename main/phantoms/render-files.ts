/** Renders and writes a share of a plan's images: the part of the work that worker threads divide. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sharp } from '../images/sharp.ts';
import type { PhantomPlan } from './plan.ts';

/** Images being encoded while the next is drawn. */
const IN_FLIGHT = 4;

/**
 * Writes the images `first`, `first + step`, ... of the plan. `onWritten` is called for each; `isStopped` is asked before each.
 */
export async function renderFiles(params: {
  plan: PhantomPlan;
  out: string;
  first: number;
  step: number;
  onWritten: () => void;
  isStopped: () => boolean;
}): Promise<void> {
  const { plan, out, first, step, onWritten, isStopped } = params;
  const folders = new Set<string>();
  const writing = new Set<Promise<void>>();
  const write = async (index: number): Promise<void> => {
    const { image, quality } = plan.render(index);
    const { data, width, height, channels } = image;
    const jpeg = await sharp(data, { raw: { width, height, channels } }).jpeg({ quality }).toBuffer();
    const file = join(out, plan.files[index] as string);
    if (!folders.has(dirname(file))) {
      await mkdir(dirname(file), { recursive: true });
      folders.add(dirname(file));
    }
    await writeFile(file, jpeg);
    onWritten();
  };
  try {
    for (let index = first; index < plan.files.length && !isStopped(); index += step) {
      const task: Promise<void> = write(index).finally(() => writing.delete(task));
      writing.add(task);
      if (writing.size >= IN_FLIGHT) await Promise.race(writing);
    }
    await Promise.all(writing);
  } finally {
    await Promise.allSettled(writing);
  }
}

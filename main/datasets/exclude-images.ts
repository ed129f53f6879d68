/** Images that a reader left out, each with the reason. */
import type { ProblemList } from './problem-list.ts';

export function leaveOutExcluded<T extends { id: string; file: string }>(
  images: readonly T[],
  exclude: readonly { imageId: string; reason: string }[],
  problems: ProblemList,
): T[] {
  const reasons = new Map(exclude.map(({ imageId, reason }) => [imageId, reason]));
  return images.filter(({ id, file }) => {
    const reason = reasons.get(id);
    if (reason !== undefined) problems.leaveOut('excluded-image', file, `Left out by hand: ${reason}`);
    return reason === undefined;
  });
}

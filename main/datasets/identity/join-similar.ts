/** Pictures that were saved anew stay, in one part of the split together with their patients. */
import { formatCount } from '../../../shared/words/numbers.ts';
import { Groups, PLACEHOLDER_PATIENTS } from '../patients.ts';
import type { ProblemList } from '../problem-list.ts';
import { findSimilarPictures } from './similar-pictures.ts';

export interface SeenImage {
  file: string;
  grid: Uint8Array;
}

/**
 * Joins in `groups` (by index of image) who shares a picture. Pictures of many patients that look the same are no sign that these are one
 * person, and could tie half a data set together: they are left apart, and said.
 * @param kept indices of the images that are used
 */
export async function joinSimilarPictures(
  images: readonly SeenImage[],
  kept: readonly number[],
  groups: Groups,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<void> {
  const clusters = new Groups(kept.length);
  const alike = new Set<number>();
  const grids = kept.map((i) => (images[i] as SeenImage).grid);
  for (const [a, b] of await findSimilarPictures(grids, signal)) {
    clusters.join(a, b);
    alike.add(a).add(b);
  }
  const members = Map.groupBy(alike, (position) => clusters.find(position));
  for (const positions of members.values()) {
    const cluster = positions.map((position) => kept[position] as number).sort((a, b) => a - b);
    joinCluster(cluster, { images, groups, problems });
  }
}

function joinCluster(
  cluster: readonly number[],
  { images, groups, problems }: { images: readonly SeenImage[]; groups: Groups; problems: ProblemList },
): void {
  const [first, ...rest] = cluster as [number, ...number[]];
  const fileOf = (i: number): string => (images[i] as SeenImage).file;
  const patients = new Set(cluster.map((i) => groups.find(i))).size;
  if (patients > PLACEHOLDER_PATIENTS) {
    problems.note(
      'alike-pictures',
      fileOf(first),
      `${formatCount(cluster.length)} pictures of ${formatCount(patients)} patients look the same as this one, such as ${fileOf(rest[0] as number)}. Whether they are copies cannot be told, so these patients are not joined.`,
      cluster.length,
    );
    return;
  }
  for (const i of rest) {
    groups.join(first, i);
    problems.note(
      'similar-pictures',
      fileOf(i),
      `Looks the same as ${fileOf(first)}, saved anew in another size, format or compression.${patients > 1 ? ' Both stay in one part of the split, together with the other images of their patients.' : ''}`,
    );
  }
}

/**
 * The same photograph twice, found by its pixels: as a copy of the file, or packed anew without loss. Kept in two splits it would be a leak; kept twice in one it would count
 * twice. So one copy stays, and the patients who share it are kept together as one.
 */
import type { LabelValue } from '../../shared/dataset/dataset.ts';
import type { PicturePair } from '../../shared/dataset/picture-pairs.ts';
import { Groups, PLACEHOLDER_PATIENTS } from './patients.ts';
import type { ProblemList } from './problem-list.ts';

export interface HashedImage {
  id: string;
  file: string;
  sha256: string;
  /** Of the decoded pixels. */
  pixelsSha256: string;
  labels: readonly LabelValue[];
}

/** @returns indices of the images to keep, ascending, and the copies found. Joins patients in `groups` (by index of image) who share a photograph. */
export function resolveContentDuplicates(
  images: readonly HashedImage[],
  groups: Groups,
  problems: ProblemList,
): { kept: number[]; pairs: PicturePair[] } {
  const byContent = Map.groupBy(images.keys(), (i) => (images[i] as HashedImage).pixelsSha256);
  const dropped = new Set<number>();
  const pairs: PicturePair[] = [];
  for (const copies of byContent.values()) {
    if (copies.length > 1) resolveCopies(copies, { images, groups, problems, dropped, pairs });
  }
  return { kept: [...images.keys()].filter((i) => !dropped.has(i)), pairs };
}

function resolveCopies(
  copies: readonly number[],
  context: {
    images: readonly HashedImage[];
    groups: Groups;
    problems: ProblemList;
    dropped: Set<number>;
    pairs: PicturePair[];
  },
): void {
  const { images, groups, problems, dropped, pairs } = context;
  const imageAt = (i: number): HashedImage => images[i] as HashedImage;
  const [first, ...rest] = copies as [number, ...number[]];
  const patients = new Set(copies.map((i) => groups.find(i))).size;
  const nameOf = (i: number): PicturePair['first'] => ({ id: imageAt(i).id, file: imageAt(i).file });
  const isCopy = (i: number): boolean => imageAt(i).sha256 === imageAt(first).sha256;
  const list = (outcome: PicturePair['outcome']): void => {
    for (const i of rest) {
      pairs.push({
        first: nameOf(first),
        second: nameOf(i),
        likeness: isCopy(i) ? 'bytes' : 'pixels',
        distance: 0,
        turn: 0,
        outcome,
      });
    }
  };
  const dropAll = (why: string): void => {
    list('both-left-out');
    for (const i of copies) {
      dropped.add(i);
      problems.leaveOut('duplicate-content', imageAt(i).file, why);
    }
  };
  if (patients > PLACEHOLDER_PATIENTS) {
    dropAll(
      `The same picture stands for ${patients} patients, so it reads as a placeholder; all ${copies.length} copies are left out.`,
    );
    return;
  }
  for (const i of rest) groups.join(first, i);
  const together =
    patients > 1 ? ` It was filed under ${patients} patients; their other images now stay together in one split.` : '';
  const contradicts = rest.some((i) => imageAt(i).labels.join() !== imageAt(first).labels.join());
  if (contradicts) {
    dropAll(
      `The same picture comes ${copies.length} times with different labels (also as ${otherNames(copies, first, images)}); which is right cannot be known, so no copy is used.${together}`,
    );
    return;
  }
  list('copy-left-out');
  for (const i of rest) {
    dropped.add(i);
    problems.leaveOut(
      'duplicate-content',
      imageAt(i).file,
      `${isCopy(i) ? 'Byte for byte' : 'Pixel for pixel'} the same picture as ${imageAt(first).file}; it counts once.${together}`,
    );
  }
}

function otherNames(copies: readonly number[], first: number, images: readonly HashedImage[]): string {
  const names = copies.filter((i) => i !== first).map((i) => (images[i] as HashedImage).file);
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, …`;
}

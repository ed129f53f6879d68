/** Pictures that were saved anew stay, in one part of the split together with their patients. */
import { pairKey, TURNS, type PairOutcome, type PicturePair } from '../../../shared/dataset/picture-pairs.ts';
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import { type Groups, PLACEHOLDER_PATIENTS } from '../patients.ts';
import type { ProblemList } from '../problem-list.ts';
import { CELLS } from '../../images/grey-grid.ts';
import { findSimilarPictures } from './similar-pictures.ts';

export interface SeenImage {
  id: string;
  file: string;
  place: number;
}

interface Context {
  images: readonly SeenImage[];
  /** The grey values of each image from its `place` on. */
  grids: Uint8Array;
  /** Indices of the images that are used. */
  kept: readonly number[];
  /** Of patients, by index of image. */
  groups: Groups;
  problems: ProblemList;
  /** See {@link pairKey}: pairs that a reader has declared different. */
  different: ReadonlySet<string>;
}

/**
 * Joins in `groups` who shares a picture. Pictures of many patients that look the same are no sign that these are one person, and could
 * tie half a data set together: they are left apart, and said.
 */
export async function joinSimilarPictures(context: Context, signal?: AbortSignal): Promise<PicturePair[]> {
  const { images, grids, kept, groups, problems, different } = context;
  const imageAt = (position: number): SeenImage => images[kept[position] as number] as SeenImage;
  const isApart = (a: number, b: number): boolean => different.has(pairKey(imageAt(a).id, imageAt(b).id));
  const gridAt = (position: number): Uint8Array => {
    const { place } = imageAt(position);
    return grids.subarray(place, place + CELLS);
  };
  const found = await findSimilarPictures({ length: kept.length, at: gridAt }, { isApart, signal });
  const outcomeOf = found.pairs.map(({ a, b }): PairOutcome => {
    if (isApart(a, b)) return 'different';
    return groups.find(kept[a] as number) === groups.find(kept[b] as number) ? 'same-patient' : 'joined';
  });
  const alike = found.pairs.filter((_, i) => outcomeOf[i] !== 'different');
  const turns = new Map(alike.map(({ a, b, turn }) => [`${kept[a] as number} ${kept[b] as number}`, turn]));
  const members = Map.groupBy(new Set(alike.flatMap(({ a, b }) => [a, b])), (position) => found.groups.find(position));
  const crowds = new Set<number>();
  for (const [group, positions] of members) {
    const cluster = positions.sort((x, y) => x - y).map((position) => kept[position] as number);
    if (!joinCluster(cluster, turns, context)) crowds.add(group);
  }
  const declared = found.pairs.length - alike.length;
  if (declared > 0) {
    problems.note(
      'different-pictures',
      null,
      `${countOf(declared, 'pair')} of pictures that ${wordFor(declared, 'looks', 'look')} the same ${wordFor(declared, 'counts', 'count')} as different, as declared in this library.`,
      declared,
    );
  }
  return found.pairs.map(({ a, b, distance, turn }, i) => {
    const outcome = outcomeOf[i] as PairOutcome;
    const isCrowd = outcome === 'joined' && crowds.has(found.groups.find(a));
    const [first, second] = [imageAt(a), imageAt(b)];
    return {
      first: { id: first.id, file: first.file },
      second: { id: second.id, file: second.file },
      ...{ likeness: 'looks', distance, turn, outcome: isCrowd ? 'not-joined' : outcome },
    };
  });
}

/**
 * @param turns by pair of images
 * @returns false where the patients are too many to be joined
 */
function joinCluster(
  cluster: readonly number[],
  turns: ReadonlyMap<string, number>,
  { images, groups, problems }: Context,
): boolean {
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
    return false;
  }
  for (const i of rest) {
    groups.join(first, i);
    const turn = turns.get(`${first} ${i}`) ?? 0;
    problems.note(
      'similar-pictures',
      fileOf(i),
      `Looks the same as ${fileOf(first)}, saved anew ${turn === 0 ? 'in another size, format or compression' : `and ${TURNS[turn] as string}`}.${patients > 1 ? ' Both stay in one part of the split, together with the other images of their patients.' : ''}`,
    );
  }
  return true;
}

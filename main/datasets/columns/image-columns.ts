/** Which columns name images: those whose cells lead to the most different files of the folder. */
import { readEye } from '../labels/cell-values.ts';
import { hasImageEnding } from '../folder-index.ts';
import type { ImageGroups } from '../image-groups.ts';
import type { ImageResolver } from '../image-resolver.ts';
import { reasonByName } from './not-a-label.ts';
import type { ColumnProfile } from './profile.ts';

const IMAGE_NAME =
  /\b(images?|img|files?|filename|path|photo|picture|dicom|scan|id code|name|bild\w*|datei\w*|fundus|fichier|imagen|archivo)\b/;
const SAMPLED = 200;

interface ImageColumn {
  name: string;
  /** Share of the sampled rows whose image was found in the folder. */
  share: number;
}

interface Judged extends ImageColumn {
  profile: ColumnProfile;
  files: ReadonlySet<number>;
  score: number;
}

function judge(profile: ColumnProfile, resolver: ImageResolver, near: readonly string[]): Judged | null {
  const sample = profile.filled.slice(0, SAMPLED);
  if (sample.length === 0) return null;
  const files = new Set<number>();
  let found = 0;
  let byNumber = 0;
  for (const value of sample) {
    const resolution = resolver.resolve(value, near);
    if (resolution.kind === 'missing') continue;
    found++;
    if (resolution.kind === 'found') files.add(resolution.image);
    if (resolution.kind === 'found' && resolution.how === 'number') byNumber++;
  }
  const named = sample.filter((value) => hasImageEnding(value)).length / sample.length;
  const distinct = new Set(sample).size;
  // Codes such as 0 and 1 may be names of files by chance: images are many and different.
  if (named < 0.5 && ((distinct <= 2 && sample.length > 4) || saysNumber(profile))) return null;
  const share = found / sample.length;
  const isDistinct = distinct > sample.length / 10;
  const byName = IMAGE_NAME.test(profile.words) && distinct > sample.length / 2;
  const sure = (found - 0.5 * byNumber) / sample.length;
  const score = 2 * sure * (isDistinct ? 1 : 0.25) + named + (byName ? 0.5 : 0) + files.size / 1000;
  return score < 0.5 ? null : { name: profile.name, share, profile, files, score };
}

/** Ages and places in the image lead to files called `40.png` by chance. */
function saysNumber(profile: ColumnProfile): boolean {
  return /an age|a date|a count|a measure|the place/.test(reasonByName(profile) ?? '');
}

/** `Left-Fundus` -> left. */
export function sideOfColumn(words: string): 'left' | 'right' | null {
  const sides = new Set(words.split(' ').flatMap((word) => readEye(word) ?? []));
  return sides.size === 1 ? ([...sides][0] as 'left' | 'right') : null;
}

/** Masks and overlays are files too, and a number may be a file by chance. */
function mayBeSecond({ words }: ColumnProfile): boolean {
  return (
    (IMAGE_NAME.test(words) || sideOfColumn(words) !== null) &&
    !/mask|segment|annot|heat ?map|overlay|label|patient|subject/.test(words)
  );
}

/** `left grade` -> `grade`. */
export function withoutSide(words: string): string {
  return words
    .split(' ')
    .filter((word) => readEye(word) === null)
    .join(' ');
}

/** Where no column names files: the one whose cells name the most different groups of images. Null where none does. */
export function findGroupColumn(profiles: readonly ColumnProfile[], groups: ImageGroups): ImageColumn | null {
  const judged = profiles.flatMap((profile) => {
    const sample = profile.filled.slice(0, SAMPLED);
    const found = sample.filter((value) => groups.find(value).images.length > 0).length;
    const files = new Set(sample.flatMap((value) => groups.find(value).images));
    const share = sample.length === 0 ? 0 : found / sample.length;
    return share < 0.5 || profile.distinct.size < 3 || saysNumber(profile)
      ? []
      : [{ name: profile.name, share, files: files.size }];
  });
  const [best] = judged.sort((a, b) => b.files - a.files);
  return best ? { name: best.name, share: best.share } : null;
}

/** The column of images, and further ones that name other files of the same row. Null where none leads to files. */
export function findImageColumns(
  profiles: readonly ColumnProfile[],
  resolver: ImageResolver,
  near: readonly string[],
): { image: ImageColumn; others: ImageColumn[] } | null {
  const judged = profiles.flatMap((profile) => judge(profile, resolver, near) ?? []).sort((a, b) => b.score - a.score);
  const [best] = judged;
  if (!best) return null;
  const taken = new Set(best.files);
  const others: Judged[] = [];
  for (const candidate of judged.slice(1)) {
    const fresh = [...candidate.files].filter((file) => !taken.has(file)).length;
    if (candidate.share < 0.5 || fresh < 0.9 * candidate.files.size || fresh === 0) continue;
    if (!mayBeSecond(candidate.profile)) continue;
    for (const file of candidate.files) taken.add(file);
    others.push(candidate);
  }
  // In the order of the table, left before right.
  const all = others.length === 0 ? [best] : [best, ...others].sort((a, b) => a.profile.column - b.profile.column);
  const [image, ...rest] = all.map(({ name, share }) => ({ name, share }));
  return image ? { image, others: rest } : null;
}

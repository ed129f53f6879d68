/** Pictures that an import found twice: which two, how alike they are, and what was done; and what a reader says of them. */
import { z } from 'zod';
import { splitSchema } from './dataset.ts';

/** `bytes`: copies of one file; `pixels`: packed anew without loss; `looks`: saved anew, mirrored or turned. */
export const LIKENESSES = ['bytes', 'pixels', 'looks'] as const;

/**
 * `copy-left-out`: the second picture is not used; `both-left-out`: neither is; `same-patient`: they were in one part anyhow;
 * `joined`: their patients were brought into one part; `not-joined`: too many patients share the picture, which was said;
 * `different`: a reader had declared them different before the import.
 */
export const PAIR_OUTCOMES = [
  'copy-left-out',
  'both-left-out',
  'same-patient',
  'joined',
  'not-joined',
  'different',
] as const;
export type PairOutcome = (typeof PAIR_OUTCOMES)[number];

/** Turns of the second picture in which it is the first one, in words. */
export const TURNS = [
  'as it is',
  'mirrored',
  'upside down',
  'turned by a half',
  'mirrored and turned by a quarter',
  'turned by a quarter',
  'turned by a quarter',
  'mirrored and turned by a quarter',
] as const;

const pairedImageSchema = z.object({
  /** Derived from the file's content: the same in every dataset. */
  id: z.string(),
  /** Relative to the imported folder. */
  file: z.string(),
});

export const picturePairSchema = z.object({
  first: pairedImageSchema,
  second: pairedImageSchema,
  likeness: z.enum(LIKENESSES),
  /** Root mean square of the differences of their 16 x 16 grey values (0 to 255). */
  distance: z.number().nonnegative(),
  /** Index into {@link TURNS}. */
  turn: z
    .int()
    .min(0)
    .max(TURNS.length - 1),
  outcome: z.enum(PAIR_OUTCOMES),
});
export type PicturePair = z.infer<typeof picturePairSchema>;

export const differentPicturesSchema = z.object({
  firstId: z.string().min(1),
  secondId: z.string().min(1),
  reason: z.string().trim().min(1, 'a reason is needed').max(500),
});

/** A reader's word that two pictures are different; it holds for every later import of these two files. */
export interface DifferentPictures extends z.infer<typeof differentPicturesSchema> {
  /** ISO 8601. */
  decidedAt: string;
}

/** A pair as it is listed: with the part of each picture (null where it is not used), and what a reader says by now. */
export interface ListedPair extends PicturePair {
  splits: readonly [z.infer<typeof splitSchema> | null, z.infer<typeof splitSchema> | null];
  /** Null where nobody has declared the two different. */
  reason: string | null;
}

export const pairsQuerySchema = z.object({
  id: z.string().min(1),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(50),
});

/** Smaller id first, so that a pair has one name. */
export const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** `The same bytes`, `Looks the same, mirrored`. */
export function describeLikeness({ likeness, turn }: Pick<PicturePair, 'likeness' | 'turn'>): string {
  if (likeness !== 'looks') return `The same ${likeness}`;
  return turn === 0 ? 'Looks the same' : `Looks the same, ${TURNS[turn] as string}`;
}

export const OUTCOME_WORDS: Record<PairOutcome, string> = {
  'copy-left-out': 'Copy left out',
  'both-left-out': 'Both left out',
  'same-patient': 'Same patient, so in one part anyhow',
  joined: 'Patients brought into one part',
  'not-joined': 'Not joined: too many patients share it',
  different: 'Declared different, not joined',
};

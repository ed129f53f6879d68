/** What deserves a look about a picture, apart from its label: found when it is decoded at import. Flagged images are used all the same. */
import { z } from 'zod';

export const IMAGE_FLAGS = [
  'constant',
  'transparent',
  'dark',
  'over-exposed',
  'blurred',
  'small',
  'no-field',
  'cut-off',
  'duplicate',
] as const;
export const imageFlagSchema = z.enum(IMAGE_FLAGS);
export type ImageFlag = z.infer<typeof imageFlagSchema>;

interface FlagWords {
  /** As a mark and a filter: `dark (12)`. */
  short: string;
  /** What was seen, after `12 images:`. */
  sentence: string;
}

export const FLAG_WORDS: Record<ImageFlag, FlagWords> = {
  constant: { short: 'constant', sentence: 'every pixel has the same value, so that nothing can be seen' },
  transparent: {
    short: 'transparent',
    sentence: 'transparent everywhere; the colours are used as they are, and may mean nothing',
  },
  dark: { short: 'dark', sentence: 'nearly black' },
  'over-exposed': { short: 'over-exposed', sentence: 'nearly white, or more than half of what is not black is white' },
  blurred: { short: 'blurred', sentence: 'no sharp detail' },
  small: { short: 'small', sentence: 'below 64 pixels on the shorter side' },
  'no-field': { short: 'no field of view', sentence: "no dark surround as around a fundus camera's field" },
  'cut-off': { short: 'cut off', sentence: 'the centre square alone is used, which loses more than a quarter' },
  duplicate: { short: 'duplicate', sentence: 'there twice, as a copy or saved anew' },
};

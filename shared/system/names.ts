/** Names that people give: of studies, datasets and weight sets. */
import { z } from 'zod';
import { hasControls } from '../words/control-characters.ts';

export const LONGEST_STUDY_NAME = 160;
export const LONGEST_NAME = 120;

/** What a file of a study starts with: letters and digits that every system takes, `does-transfer-help-here`. */
export function fileStem(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? ['study'];
  return words.join('-').slice(0, LONGEST_STEM).replace(/-+$/, '');
}

const LONGEST_STEM = 60;

export function nameSchema(longest: number): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((name) => !hasControls(name), { message: 'Expected a name without control characters.' });
}

/** What is wrong with the length of a name as it is typed, or null; an empty one is not wrong yet. */
export function longName(name: string, longest: number): string | null {
  const { length } = name.trim();
  return length > longest ? `Expected at most ${longest} characters, got ${length}.` : null;
}

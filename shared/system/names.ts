/** Names that people give: of studies, datasets and weight sets. */
import { z } from 'zod';
import { hasControls } from '../words/control-characters.ts';

export const LONGEST_STUDY_NAME = 160;
export const LONGEST_NAME = 120;

export function nameSchema(longest: number): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((name) => !hasControls(name), { message: 'Expected a name without control characters.' });
}

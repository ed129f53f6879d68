import type { Checklist } from './checklist.ts';
import { CLAIM } from './claim.ts';
import { STARD_AI } from './stard-ai.ts';
import { TRIPOD_AI } from './tripod-ai.ts';

/** In the order in which a report prints them. */
export const CHECKLISTS: readonly Checklist[] = [CLAIM, TRIPOD_AI, STARD_AI];

import { initial } from './0001-initial.ts';
import type { Migration } from './migration.ts';

/** Every migration in order; a new one gets the next number and its own file, and no published file changes. */
export const MIGRATIONS: readonly Migration[] = [initial];

import { chexpert } from './chest/chexpert.ts';
import { csv } from './csv.ts';
import { folderPerClass } from './folder-per-class.ts';
import { FUNDUS } from './fundus/fundus.ts';
import type { Layout } from './layout.ts';
import { recogniserOf } from './read-layout.ts';
import type { Recogniser } from './recogniser.ts';

/** Public data sets, the most specific signature first: of two that are equally sure, the earlier wins. */
const PUBLIC: readonly Layout[] = [chexpert, ...FUNDUS];

export const LAYOUTS: readonly Recogniser[] = PUBLIC.map(recogniserOf);

/** What any folder may be. */
export const GENERIC: readonly Recogniser[] = [csv, folderPerClass];

import { CHEST } from './chest/chest.ts';
import { covidRadiography } from './chest/covid-radiography.ts';
import { csv } from './csv.ts';
import { folderPerClass } from './folder-per-class.ts';
import { FUNDUS } from './fundus/fundus.ts';
import type { Layout } from './layout.ts';
import { MEDMNIST } from './medmnist.ts';
import { recogniserOf } from './read-layout.ts';
import type { Recogniser } from './recogniser.ts';

/** Public data sets, the most specific signature first: of two that are equally sure, the earlier wins. */
const PUBLIC: readonly Layout[] = [...CHEST, ...FUNDUS, ...MEDMNIST];

export const LAYOUTS: readonly Recogniser[] = [...PUBLIC.map(recogniserOf), covidRadiography];

/** What any folder may be. */
export const GENERIC: readonly Recogniser[] = [csv, folderPerClass];

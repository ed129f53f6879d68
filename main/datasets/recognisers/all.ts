import { chexpert } from './chexpert.ts';
import { csv } from './csv.ts';
import { eyepacs } from './eyepacs.ts';
import { folderPerClass } from './folder-per-class.ts';
import type { Recogniser } from './recogniser.ts';

/** The most specific signature first: of two that are equally sure, the earlier wins. */
export const RECOGNISERS: readonly Recogniser[] = [chexpert, eyepacs, csv, folderPerClass];

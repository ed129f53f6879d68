/** Public data sets of chest x-rays, the most specific signature first. */
import type { Layout } from '../layout.ts';
import { chexpertPlus } from './chexpert-plus.ts';
import { chexpert } from './chexpert.ts';
import { covidChestxray } from './covid-chestxray.ts';
import { mimicCxr } from './mimic-cxr.ts';
import { nih, nihGoogle } from './nih.ts';
import { padchest } from './padchest.ts';
import { rsna } from './rsna.ts';
import { vinbigdata, vindr } from './vindr.ts';

export const CHEST: readonly Layout[] = [
  chexpertPlus,
  chexpert,
  mimicCxr,
  nih,
  nihGoogle,
  padchest,
  vindr,
  vinbigdata,
  rsna,
  covidChestxray,
];

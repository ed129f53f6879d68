/** The layouts that an import recognises, by name: those of public data sets, and what any folder may be. */
import { z } from 'zod';

const FUNDUS = ['eyepacs', 'aptos', 'messidor-2', 'messidor-1', 'idrid', 'ddr', 'rfmid', 'odir'] as const;
const CHEST = [
  'chexpert',
  'chexpert-plus',
  'mimic-cxr',
  'nih',
  'nih-google',
  'padchest',
  'vindr',
  'vinbigdata',
  'rsna',
  'covid-chestxray',
  'covid-radiography',
] as const;

const MEDMNIST = ['retinamnist', 'chestmnist', 'pneumoniamnist'] as const;

export const LAYOUT_IDS = [...CHEST, ...FUNDUS, ...MEDMNIST, 'folder-per-class', 'csv'] as const;
export const layoutIdSchema = z.enum(LAYOUT_IDS);
export type LayoutId = z.infer<typeof layoutIdSchema>;

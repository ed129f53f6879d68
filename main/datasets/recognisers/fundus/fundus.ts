/** Sets of fundus photographs, the most specific signature first. */
import type { Layout } from '../layout.ts';
import { aptos } from './aptos.ts';
import { ddr } from './ddr.ts';
import { eyepacs } from './eyepacs.ts';
import { idrid } from './idrid.ts';
import { messidor1 } from './messidor-1.ts';
import { messidor2 } from './messidor-2.ts';
import { odir } from './odir.ts';
import { rfmid } from './rfmid.ts';

export const FUNDUS: readonly Layout[] = [eyepacs, messidor2, messidor1, aptos, idrid, ddr, rfmid, odir];

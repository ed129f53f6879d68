/** The labels of CheXpert's labeller: 14 findings, 1, 0, -1 (uncertain) or blank (not mentioned). */
import { CHEXPERT_FINDINGS, PAPER_FINDINGS } from '../../../../shared/dataset/chexpert.ts';
import type { FindingsRule } from '../../labels/label-rule.ts';

export const CHEXPERT_LABELS: FindingsRule = {
  kind: 'findings',
  columns: CHEXPERT_FINDINGS,
  outputs: PAPER_FINDINGS,
  noFinding: { column: 'No Finding', besides: ['Support Devices'] },
};

/** The labels of CheXpert's labeller: 14 findings, 1, 0, -1 (uncertain) or blank (not mentioned). */
import { CHEXPERT_FINDINGS, PAPER_FINDINGS } from '../../../../shared/dataset/chexpert.ts';
import type { FindingsRule } from '../../labels/label-rule.ts';
import type { Cell } from '../layout.ts';

export const CHEXPERT_LABELS: FindingsRule = {
  kind: 'findings',
  columns: CHEXPERT_FINDINGS,
  outputs: PAPER_FINDINGS,
  noFinding: { column: 'No Finding', besides: ['Support Devices'] },
};

/** A study that the table of labels does not have: its cells are blank, which must not read as 'all absent'. */
export function withoutLabels(cell: Cell): string | null {
  return CHEXPERT_FINDINGS.every((name) => cell(name) === '') ? 'the table of labels has no row for it' : null;
}

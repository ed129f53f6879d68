/** Grades of diabetic retinopathy on the international scale (ICDR), 0 to 4. */
import type { GradesRule } from '../../labels/label-rule.ts';

export function icdrGrades(column: string, ungraded: GradesRule['ungraded'] = {}): GradesRule {
  return {
    kind: 'grades',
    columns: [column],
    lowest: 0,
    highest: 4,
    positiveFrom: 2,
    ungraded,
    id: 'referable',
    name: 'Referable diabetic retinopathy',
    mapping: (from) =>
      `Levels 0 to 4 (no, mild, moderate, severe, proliferative diabetic retinopathy), one output each; level ${from} or ` +
      `higher is referable${from === 2 ? ", which is the paper's grade 3 and up on its scale from 1 to 5" : ''}.`,
  };
}

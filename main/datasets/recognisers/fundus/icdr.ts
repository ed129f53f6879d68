/** Grades of diabetic retinopathy on the international scale (ICDR), 0 to 4, and the risk of macular edema beside them. */
import type { GradesRule } from '../../labels/label-rule.ts';
import type { From, Signature } from '../layout.ts';

/** Blank ones are allowed: what could not be graded is left out later. */
export const isIcdrGrade = (of: From): NonNullable<Signature['values']>[number] => ({
  of,
  fits: (grade) => /^([0-4]([.,]0*)?)?$/.test(grade),
  words: 'grades are whole numbers from 0 to 4',
});

/** As Messidor and IDRiD grade it, by the distance of hard exudates from the macula. */
export const edemaRisk: GradesRule = {
  kind: 'grades',
  columns: ['Risk of macular edema'],
  lowest: 0,
  highest: 2,
  positiveFrom: 1,
  id: 'edema-risk',
  name: 'Risk of macular edema',
  mapping: (from) => `Risk of macular edema from 0 (none) to 2, one output each; ${from} or higher is positive.`,
};

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

/** Where no column names patients, one that names studies, exams or cases keeps at least the images of each together. Pure. */
import type { ProblemList } from '../problem-list.ts';
import { nameWords, type ColumnProfile } from './profile.ts';

/** Identifiers only: the number of a visit, or the name of a clinical study, is shared by many patients. */
const EXAM =
  /^(study|exam|examination|encounter|accession|untersuchungs?|examen|exame|estudio|etude|case|fall)( instance)? ?(id|uid|nr|no|num|number|nummer|key)$|^accession$|^(studie|study|exam|case)(id|uid)$|^(numero|n) (de|du|d|del|di) (examen|exame|estudio|etude|cas|caso)$/;
/** More images of one exam than this read as something else. */
const MOST_IMAGES = 30;

export const namesExams = (column: string): boolean => EXAM.test(nameWords(column));

export function findExamColumn(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  return profiles.find(
    ({ name, filled, distinct }) =>
      namesExams(name) && filled.length > 0 && filled.length <= MOST_IMAGES * distinct.size,
  );
}

export function noteExams(column: string, rows: number, problems: ProblemList): void {
  problems.note(
    'exams-for-patients',
    null,
    `Patients are told apart by "${column}", which names studies, exams or cases: the images of each stay together. A patient with several of them may stand in both training and test. If another column names patients, choose it.`,
    rows,
  );
}

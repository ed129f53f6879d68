/** What the table or the folders leave open, DICOM files say themselves. */
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import type { DicomTags } from '../../images/dicom/tags.ts';
import { PLACEHOLDER_PATIENTS } from '../patients.ts';
import { patientKey } from '../identity/patient-keys.ts';
import { readAge, readEye, readSex } from '../labels/cell-values.ts';
import type { ProblemList } from '../problem-list.ts';
import type { Candidate } from '../rows/assemble.ts';
import type { FolderTags } from './folder-tags.ts';

const PATIENT_RULE = 'The patient ID in the DICOM files; all images of a patient stay together.';
const STUDY_RULE = 'The study in the DICOM files, which name no patients; all images of a study stay together.';

/**
 * Changes the rows.
 * @param isStated the table names patients; where it does not, what was guessed from rows and names gives way to the files
 * @returns how patients are told apart where that is by the files now, and how many rows got theirs from a patient ID
 */
export function fillFromTags(
  rows: readonly Candidate[],
  { tags, isStated }: { tags: FolderTags; isStated: boolean },
  problems: ProblemList,
): { rule: string | null; named: number } {
  if (tags.size === 0) return { rule: null, named: 0 };
  const hasInstitutions = [...tags.values()].some(({ institution }) => institution !== null);
  if (isStated) noteDisagreement(rows, tags, problems);
  const isPlaceholder = hasOnePatient(rows, tags);
  let named = 0;
  let studies = 0;
  for (const row of rows) {
    const own = tags.get(row.image);
    if (own === undefined) continue;
    fillRow(row, own, hasInstitutions);
    row.dicomPatient = isPlaceholder ? null : patientKey(own.patient ?? '');
    if (isStated && patientKey(row.patient ?? '') !== null) continue;
    if (row.dicomPatient !== null) {
      row.patient = own.patient;
      named++;
    } else if (row.patient === null && own.study !== null) {
      row.patient = own.study;
      studies++;
    }
  }
  if (studies > 0) {
    const why = isPlaceholder ? 'all have the same patient ID, which reads as a placeholder' : 'name no patient';
    problems.note(
      'exams-for-patients',
      null,
      `${countOf(studies, 'DICOM file')} ${why}: the images of each study stay together. A patient with several studies may stand in both training and test.`,
      studies,
    );
  }
  const rule = named > 0 ? PATIENT_RULE : studies > 0 ? STUDY_RULE : null;
  return { rule: isStated ? null : rule, named };
}

/** One patient in more studies than anybody has here: what some de-identification writes into all files. */
function hasOnePatient(rows: readonly Candidate[], tags: FolderTags): boolean {
  const all = rows.flatMap(({ image }) => tags.get(image) ?? []);
  const studies = new Set(all.map(({ study }) => study)).size;
  const patients = new Set(all.map(({ patient }) => patientKey(patient ?? '')));
  return studies > PLACEHOLDER_PATIENTS && patients.size === 1 && !patients.has(null);
}

function fillRow(row: Candidate, tags: DicomTags, hasInstitutions: boolean): void {
  row.sex ??= readSex(tags.sex ?? '');
  // As in a table, ages that cannot be are not known.
  row.age ??= tags.age !== null && (tags.age < 1 || readAge(String(tags.age)) !== null) ? tags.age : null;
  row.view ??= tags.view;
  row.eye ??= readEye(tags.eye ?? '');
  row.site ??= hasInstitutions ? tags.institution : tags.device;
}

/** The table counts; that the files see it otherwise may be a slip of either, and is said without a name. */
function noteDisagreement(rows: readonly Candidate[], tags: FolderTags, problems: ProblemList): void {
  const files = new Map<string, Set<string>>();
  const table = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, key: string, value: string): void =>
    void map.set(key, (map.get(key) ?? new Set()).add(value));
  for (const row of rows) {
    const named = patientKey(row.patient ?? '');
    const own = patientKey(tags.get(row.image)?.patient ?? '');
    if (named === null || own === null) continue;
    add(files, named, own);
    add(table, own, named);
  }
  const several = (map: Map<string, Set<string>>): number => [...map.values()].filter(({ size }) => size > 1).length;
  const [split, joined] = [several(files), several(table)];
  if (split + joined === 0) return;
  const parts = [
    ...(split > 0
      ? [`${countOf(split, 'patient')} of the table ${wordFor(split, 'is', 'are')} several patients in the DICOM files`]
      : []),
    ...(joined > 0
      ? [
          `${countOf(joined, 'patient')} of the DICOM files ${wordFor(joined, 'is', 'are')} several patients in the table`,
        ]
      : []),
  ];
  problems.note('doubtful-patients', null, `${parts.join(', and ')}. The table counts.`, split + joined);
}

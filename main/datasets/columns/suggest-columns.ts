/** Which column of an unknown table is what, with the reason in words: by its values first, by its name where values do not tell. */
import path from 'node:path';
import type { ColumnMapping, ColumnRole } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { formatPercent } from '../../../shared/words/numbers.ts';
import type { ImageGroups } from '../image-groups.ts';
import type { ImageResolver } from '../image-resolver.ts';
import { isShortenedNumber, readAge, readEye, readSex, readSplitName } from '../labels/cell-values.ts';
import type { Table } from '../tables/table.ts';
import { findExamColumn } from './exam-column.ts';
import { findGroupColumn, findImageColumns } from './image-columns.ts';
import { judgeColumn, type LabelCandidate } from './label-candidates.ts';
import { proposeLabels } from './propose-labels.ts';
import { every, most, profileColumns, type ColumnProfile } from './profile.ts';

type Role = Exclude<keyof ColumnMapping, 'image' | 'labels' | 'otherImages'>;

const PATIENT =
  /\b(patient(s|in|e|es)?|subjects?|persons?|participants?|mrn|pid|ipp|nhc|patientid|patientnr|patienten\w*|pacientes?|pacient|pazient[ei]|prontuarios?|cartella|historia clinica)\b|^pat (id|no|nr|num)|^patient/;
const IDENTITY = /\b(id|uid|no|nr|num\w*|number|nummer|code|name|nom|nome|nombre)\b|nummer$|^\S+$/;
const READER = /^(radiologist|rad|reader|grader|rater|annotator|observer|labell?er|physician)s?( id| name| nr| no)?$/;
const BOX = /^([xy] ?(min|max)|bbox.*|x1|y1|x2|y2)$/;

/** In this order: a column has one role only. */
const ROLES: readonly [Role, (profile: ColumnProfile) => string | null][] = [
  [
    'reader',
    (p) =>
      READER.test(p.words) && p.distinct.size > 1 && p.distinct.size < p.filled.length
        ? 'who read the image, by its name'
        : null,
  ],
  [
    'patient',
    (p) =>
      PATIENT.test(p.words) &&
      !/\b(age|sex|gender|birth\w*|weight|size|count|number of|position|orientation|history)\b/.test(p.words) &&
      p.filled.length > 0
        ? 'the patient, by its name'
        : null,
  ],
  [
    'eye',
    (p) =>
      /\b(eye|laterality|side|oculus|auge|lateral)\b/.test(p.words) && most(p, (v) => readEye(v) !== null)
        ? 'left and right'
        : null,
  ],
  [
    'sex',
    (p) =>
      /\b(sex|gender|geschlecht|sexe|sexo|sesso|genero|genre)\b/.test(p.words) && most(p, (v) => readSex(v) !== null)
        ? 'the sex, by name and values'
        : null,
  ],
  [
    'age',
    (p) =>
      /\b(age|alter|edad|idade|eta)\b/.test(p.words) && most(p, (v) => readAge(v) !== null)
        ? 'the age, by name and values'
        : null,
  ],
  [
    'view',
    (p) =>
      /\b(view|projection|ap pa|frontal lateral|position)\b/.test(p.words) &&
      every(p, (v) => /^[a-z/ _-]{1,20}$/i.test(v))
        ? 'the view, by name and values'
        : null,
  ],
  ['split', (p) => splitReason(p)],
  [
    'site',
    (p) =>
      /\b(site|hospital|cent(er|re)|camera|scanner|device|institution|clinic)\b/.test(p.words) &&
      p.distinct.size < Math.max(2, p.filled.length / 2)
        ? 'the site or camera, by its name'
        : null,
  ],
];

/** Where several columns name patients: one that is different in every row tells nobody apart. */
function repeatedFirst(profiles: readonly ColumnProfile[]): ColumnProfile[] {
  const repeats = ({ words, distinct, filled }: ColumnProfile): boolean =>
    IDENTITY.test(words) && distinct.size > 2 && distinct.size < filled.length;
  return profiles.toSorted((a, b) => Number(repeats(b)) - Number(repeats(a)));
}

export interface ColumnSuggestion {
  /** What could be told; `image` and `labels` may be missing. */
  columns: Partial<ColumnMapping>;
  /** Share of the sampled rows whose image was found in the folder. */
  imageShare: number;
  /** The image column names a study or a patient, whose images are in a folder of that name or have names that begin with it. */
  hasGroups: boolean;
  roles: ColumnRole[];
  /** Each row is a box drawn into an image. */
  hasBoxes: boolean;
  questions: ImportQuestion[];
}

function splitReason(profile: ColumnProfile): string | null {
  if (most(profile, (value) => readSplitName(value) !== null)) return 'its values name training, validation or test';
  const flag = readFlagName(profile.words);
  return flag !== null &&
    every(profile, (value) => /^(0|1|0\.0|1\.0|true|false|yes|no)$/i.test(value)) &&
    profile.distinct.size === 2
    ? 'a flag for training or test, by its name'
    : null;
}

/** `is_train` -> train: what 1 means. */
export function readFlagName(words: string): ReturnType<typeof readSplitName> {
  return readSplitName(words.replace(/^(is|in|for) /, '').replace(/ (set|flag|split)$/, ''));
}

export function suggestColumns(
  table: Pick<Table, 'file' | 'header' | 'sample'>,
  resolver: ImageResolver,
  near?: readonly string[],
  groups?: ImageGroups,
): ColumnSuggestion {
  const profiles = profileColumns(table);
  const home = path.posix.dirname(table.file);
  const images = findImageColumns(profiles, resolver, near ?? [home === '.' ? '' : home]);
  const grouped = images === null && groups ? findGroupColumn(profiles, groups) : null;
  const roles: ColumnRole[] = [];
  const columns: Partial<ColumnMapping> = {};
  if (grouped) {
    columns.image = grouped.name;
    roles.push({
      column: grouped.name,
      role: 'image',
      reason: 'names studies or patients: folders, or beginnings of file names',
    });
  }
  if (images) {
    columns.image = images.image.name;
    if (images.others.length > 0) columns.otherImages = images.others.map(({ name }) => name);
    for (const { name, share } of [images.image, ...images.others]) {
      roles.push({
        column: name,
        role: 'image',
        reason: `names images: ${formatPercent(share, 0)} of the first rows lead to a file`,
      });
    }
  }
  const taken = new Set(roles.map(({ column }) => column));
  const refused: ColumnRole[] = [];
  for (const [role, reasonFor] of ROLES) {
    for (const profile of role === 'patient' ? repeatedFirst(profiles) : profiles) {
      if (taken.has(profile.name)) continue;
      const reason = reasonFor(profile);
      if (reason === null) continue;
      taken.add(profile.name);
      if (role === 'patient' && profile.filled.some(isShortenedNumber)) {
        refused.push({ column: profile.name, role: 'not-used', reason: SHORTENED });
        continue;
      }
      columns[role] = profile.name;
      roles.push({ column: profile.name, role, reason });
      break;
    }
  }
  const exam = columns.patient === undefined && findExamColumn(profiles.filter(({ name }) => !taken.has(name)));
  if (exam && !exam.filled.some(isShortenedNumber)) {
    taken.add(exam.name);
    columns.patient = exam.name;
    roles.push({
      column: exam.name,
      role: 'patient',
      reason: 'the study, exam or case, by its name; nothing names patients',
    });
  }
  const candidates: LabelCandidate[] = [];
  for (const profile of profiles) {
    if (taken.has(profile.name)) continue;
    const judged = judgeColumn(profile);
    if ('profile' in judged) candidates.push(judged);
    else refused.push({ column: profile.name, role: 'not-used', reason: `no label: ${judged.reason}` });
  }
  const proposal = proposeLabels({
    candidates,
    sample: table.sample,
    constant: new Set(profiles.filter(isConstantZero).map(({ column }) => column)),
    hasSides: columns.otherImages !== undefined,
    hasMeasures: refused.some(({ reason }) => /^no label: its values are (measurements|numbers)/.test(reason)),
  });
  if (proposal.labels.length > 0) columns.labels = proposal.labels.map(({ profile }) => profile.name);
  roles.push(
    ...proposal.labels.map(({ profile, reason }) => ({ column: profile.name, role: 'label' as const, reason })),
    ...proposal.others.map(({ profile, reason }) => ({
      column: profile.name,
      role: 'could-be-label' as const,
      reason,
    })),
    ...proposal.codes.map(({ profile }) => ({
      column: profile.name,
      role: 'not-used' as const,
      reason: 'no label: it repeats another column in numbers',
    })),
    ...refused,
  );
  const order = new Map(table.header.map((name, i) => [name, i]));
  roles.sort((a, b) => (order.get(a.column) ?? 0) - (order.get(b.column) ?? 0));
  return {
    columns,
    imageShare: images?.image.share ?? grouped?.share ?? 0,
    hasGroups: grouped !== null,
    roles,
    hasBoxes: profiles.filter(({ words }) => BOX.test(words)).length >= 2,
    questions: proposal.question ? [withRefusals(proposal.question, refused)] : [],
  };
}

const isConstantZero = ({ distinct }: ColumnProfile): boolean =>
  distinct.size === 1 && /^(0|0\.0|false|no)$/i.test([...distinct][0] ?? '');

export const SHORTENED =
  'a spreadsheet has shortened its long numbers (1.23E+11), so that different ones read alike; export the column as text';

/** Where no label is found, the reasons of the columns that are none help to answer. */
function withRefusals(question: ImportQuestion, refused: readonly ColumnRole[]): ImportQuestion {
  const reasons = refused.map(({ column, reason }) => `"${column}": ${reason}.`);
  return { ...question, reasons: [...question.reasons, ...reasons].slice(0, 20) };
}

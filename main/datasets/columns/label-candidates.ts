/** Columns that may hold labels, with what speaks for each. Pure. */
import { readFindingCell } from '../labels/cell-values.ts';
import { meansNegative, meansPositive } from '../labels/class-names.ts';
import { gradeOf } from '../labels/grades-reader.ts';
import { detectJoined } from '../labels/joined-findings.ts';
import { groupSpellings, spellingKey } from '../labels/spellings.ts';
import { reasonByName, reasonByValues } from './not-a-label.ts';
import { most, type ColumnProfile } from './profile.ts';

const LABEL_WORD =
  /\b(labels?|grades?|grading|level|diagnos\w*|dx|diag|class|classes|class name|categor\w*|severity|stage|staging|target|findings?|outcome|referable|truth|ground truth|gt|y|befund\w*|diagnose|grad|stufe|stadium|etiqueta|clase|classe|patholog\w*|condition|dr|dme|icdr)\b/;
const DISEASE =
  /retinopath|macul|glaucom|cataract|drusen|myopia|amd\b|armd|edema|oedema|pneumo|effusion|atelecta|consolid|cardiomegal|enlarged|opacit|infiltrat|nodule|\bmass\b|hernia|fibrosis|emphysema|fracture|lesion|tubercul|\btb\b|covid|sars|cancer|tumou?r|malignan|carcinoma|melanom|nevus|keratos|disease|abnormal|no finding|support device|pleural|lung|haemorrhage|hemorrhage|exudate|aneurysm|infect|hypertensi|diabet|ulcer|arthr|stenosis|cyst|polyp|\bkl\b|\b[bpt]i ?rads\b|normal|healthy|mild|moderate|severe|benign|proliferative|disorder|syndrome|ohne befund|gesund/;

/** Reasons by name that a word for a label or a disease outweighs. */
const SOFT = /how the image was|where or with what|about the person/;

type CandidateKind = 'findings-list' | 'grades' | 'classes' | 'two-codes';

export interface LabelCandidate {
  profile: ColumnProfile;
  kind: CandidateKind;
  /** 3: its name says 'label'; 2: its name or its values are of medicine; 1: only its values fit. */
  rank: 1 | 2 | 3;
  /** Its values alone tell that it is of medicine. */
  toldByValues: boolean;
  /** `its name says that it is a label; its values are whole numbers from 0 to 4`. */
  reason: string;
}

function kindOf(profile: ColumnProfile): { kind: CandidateKind; words: string } | null {
  const counts = new Map<string, number>();
  for (const value of profile.filled) counts.set(value, (counts.get(value) ?? 0) + 1);
  const cells = [...counts.keys()];
  const groups = groupSpellings(counts);
  // 1 and 2 in several columns are findings as well; which one means 'present' is asked.
  const isOneTwo = groups.length === 2 && groups.every(({ whole }) => whole === 1 || whole === 2);
  if (isOneTwo || most(profile, (value) => readFindingCell(value) !== 'unreadable')) {
    const shown = groups.slice(0, 4).map(({ shown: value }) => `"${value}"`);
    return { kind: 'two-codes', words: `its values are ${shown.join(', ')}` };
  }
  const grades = groups.flatMap(({ key }) => gradeOf(key) ?? []);
  if (most(profile, (value) => (gradeOf(spellingKey(value)) ?? 99) <= 10)) {
    return {
      kind: 'grades',
      words: `its values are whole numbers from ${Math.min(...grades)} to ${Math.max(...grades)}`,
    };
  }
  const joined = detectJoined(cells);
  if (joined !== null)
    return { kind: 'findings-list', words: `its cells hold several findings ("${joined.example.slice(0, 60)}")` };
  return kindOfClasses(profile);
}

/** Here `None` may be a class. */
function kindOfClasses({ cells }: ColumnProfile): ReturnType<typeof kindOf> {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const groups = groupSpellings(counts);
  const few = groups.length >= 2 && groups.length <= Math.max(2, Math.min(50, cells.length / 2 + 1));
  const named = groups.slice(0, 4).map(({ shown }) => `"${shown}"`);
  return few
    ? { kind: 'classes', words: `its ${groups.length} values are ${named.join(', ')}${groups.length > 4 ? ', …' : ''}` }
    : null;
}

/** A candidate, or why it is none. */
export function judgeColumn(profile: ColumnProfile): LabelCandidate | { reason: string } {
  const isNamed = LABEL_WORD.test(profile.words);
  const byName = reasonByName(profile);
  const isMedical = DISEASE.test(profile.words);
  // `eye disease` and `class_id` say both; a quality grade is no diagnosis, whatever else its name says.
  const isCode = isNamed && byName !== null && /an identifier/.test(byName);
  if (byName !== null && !isCode && !((isNamed || isMedical) && SOFT.test(byName))) return { reason: byName };
  const byValues = reasonByValues(profile);
  if (byValues !== null) return { reason: byValues };
  const kind = kindOf(profile);
  if (kind === null) return { reason: 'its values are neither codes, grades nor few classes' };
  const rank = isCode ? 1 : isNamed ? 3 : isMedical || valuesTell(profile, kind.kind) ? 2 : 1;
  const name = { 3: 'its name says that it is a label', 2: 'it is about a disease', 1: 'its name tells nothing' }[rank];
  return { profile, kind: kind.kind, rank, toldByValues: rank === 2 && !isMedical, reason: `${name}; ${kind.words}` };
}

function valuesTell({ distinct }: ColumnProfile, kind: CandidateKind): boolean {
  if (kind !== 'classes' && kind !== 'findings-list') return false;
  return [...distinct].some(
    (value) => DISEASE.test(value.toLowerCase()) || meansNegative(value) || meansPositive(value),
  );
}

/**
 * `code` repeats `name` in numbers, `class_id` beside `class_name`: each value stands for one of the other. Where two names share a number
 * it may be a label of its own, unless it is called a code.
 */
export function isCodeOf(code: ColumnProfile, name: ColumnProfile, sample: readonly string[][]): boolean {
  const meanings = new Map<string, string>();
  for (const row of sample) {
    const key = row[name.column] ?? '';
    const value = row[code.column] ?? '';
    if (key === '' && value === '') continue;
    const known = meanings.get(key);
    if (known !== undefined && known !== value) return false;
    meanings.set(key, value);
  }
  const isCalledCode = /\b(id|code|idx|index|num|nr)$/.test(code.words);
  return meanings.size > 1 && (isCalledCode || new Set(meanings.values()).size === meanings.size);
}

/** Which column of an unknown table is what: by its values first, by its name where values do not tell. */
import path from 'node:path';
import type { ColumnMapping } from '../../../shared/dataset/dataset.ts';
import { isBlankCell, readAge, readEye, readFindingCell, readGrade, readSex } from '../cell-values.ts';
import type { CsvTable } from '../csv-table.ts';
import { hasImageEnding } from '../folder-index.ts';
import type { ImageResolver } from '../image-resolver.ts';

const IMAGE_NAME = /image|img|file|path|photo|picture|dicom|scan|^id_code$|^name$/i;
const PATIENT_NAME = /patient|subject|person|participant|case[-_ ]?id|\bmrn\b|\bpid\b|^pat[-_. ]?(id|no|nr|num)/i;
const LABEL_NAME =
  /label|grade|level|diagnos|class|categor|severity|stage|target|finding|outcome|referable|^dr$|^dme$/i;
const SITE_NAME = /site|hospital|cent(er|re)|camera|scanner|device|institution|clinic/i;
const VIEW_NAME = /view|projection|ap[/_-]?pa|position/i;
const OTHER_NAME =
  /date|time|width|height|index|comment|note|quality|split|fold|usage|^set|\bset id\b|study|visit|follow|row|version/i;

export interface ColumnSuggestion {
  /** What could be told; `image` and `labels` may be missing. */
  columns: Partial<ColumnMapping>;
  /** Share of the sampled rows whose image was found in the folder. */
  imageShare: number;
}

interface Profile {
  name: string;
  values: string[];
  filled: string[];
  distinct: Set<string>;
}

function profileColumns(table: CsvTable): Profile[] {
  return table.header.map((name, column) => {
    const values = table.sample.map((row) => row[column] as string);
    const filled = values.filter((value) => !isBlankCell(value));
    return { name, values, filled, distinct: new Set(filled) };
  });
}

const every = (profile: Profile, test: (value: string) => boolean): boolean =>
  profile.filled.length > 0 && profile.filled.every(test);

const most = (profile: Profile, test: (value: string) => boolean): boolean =>
  profile.filled.length > 0 && profile.filled.filter(test).length >= 0.8 * profile.filled.length;

/** Share of sampled cells that lead to a file, and of those that look like a file name at all. */
function imageEvidence(profile: Profile, resolver: ImageResolver, near: string): { found: number; named: number } {
  const sample = profile.filled.slice(0, 200);
  if (sample.length === 0) return { found: 0, named: 0 };
  const found = sample.filter((value) => resolver.resolve(value, [near]).kind === 'found').length;
  const named = sample.filter((value) => hasImageEnding(value)).length;
  return { found: found / sample.length, named: named / sample.length };
}

function suggestImage(
  profiles: Profile[],
  resolver: ImageResolver,
  near: string,
): { name: string; share: number } | null {
  let best: { name: string; share: number; score: number } | null = null;
  for (const profile of profiles) {
    const { found, named } = imageEvidence(profile, resolver, near);
    // A number like `1` can be a file name by chance; a column called image, or full of endings, is believed sooner.
    const byName = IMAGE_NAME.test(profile.name) && profile.distinct.size > profile.filled.length / 2;
    const score = 2 * found + named + (byName ? 0.5 : 0);
    if (score >= 0.5 && score > (best?.score ?? 0)) best = { name: profile.name, share: found, score };
  }
  return best && { name: best.name, share: best.share };
}

/** The one column of grades or classes, else all columns of findings. */
export function suggestLabels(profiles: Profile[]): string[] {
  const grades = (profile: Profile): boolean =>
    most(profile, (v) => (readGrade(v) ?? 99) <= 10) && profile.distinct.size <= 12;
  const findings = profiles.filter((p) => p.filled.length > 0 && most(p, (v) => readFindingCell(v) !== 'unreadable'));
  const classes = (profile: Profile): boolean =>
    profile.distinct.size >= 2 && profile.distinct.size <= Math.min(50, profile.filled.length / 2 + 1);
  const named = profiles.filter((p) => LABEL_NAME.test(p.name));
  const graded = named.find((p) => grades(p) && p.distinct.size > 2);
  if (graded) return [graded.name];
  if (findings.length >= 2) return findings.map((p) => p.name);
  const single =
    named.find((p) => grades(p) || classes(p)) ??
    findings[0] ??
    profiles.find((p) => grades(p) && p.distinct.size >= 2) ??
    profiles.find(classes);
  return single ? [single.name] : [];
}

export function suggestColumns(table: CsvTable, resolver: ImageResolver): ColumnSuggestion {
  const profiles = profileColumns(table);
  const home = path.posix.dirname(table.file);
  const image = suggestImage(profiles, resolver, home === '.' ? '' : home);
  let left = profiles.filter((p) => p.name !== image?.name);
  const take = (test: (profile: Profile) => boolean): string | undefined => {
    const found = left.find(test);
    left = left.filter((p) => p !== found);
    return found?.name;
  };
  const roles = {
    patient: take((p) => PATIENT_NAME.test(p.name) && !/age|sex|gender|birth/i.test(p.name)),
    eye: take((p) => /eye|lateral|side|oculus/i.test(p.name) && most(p, (v) => readEye(v) !== null)),
    sex: take((p) => /sex|gender/i.test(p.name) && most(p, (v) => readSex(v) !== null)),
    age: take((p) => /\bage\b|^age|[-_ ]age$/i.test(p.name) && most(p, (v) => readAge(v) !== null)),
    view: take((p) => VIEW_NAME.test(p.name) && every(p, (v) => /^[a-z/ _-]{1,20}$/i.test(v))),
    site: take((p) => SITE_NAME.test(p.name)),
  };
  const labels = suggestLabels(left.filter((p) => !OTHER_NAME.test(p.name) || LABEL_NAME.test(p.name)));
  const columns: Partial<ColumnMapping> = {};
  if (image) columns.image = image.name;
  if (labels.length > 0) columns.labels = labels;
  for (const [role, name] of Object.entries(roles)) if (name !== undefined) columns[role as keyof typeof roles] = name;
  return { columns, imageShare: image?.share ?? 0 };
}

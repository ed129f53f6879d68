/** From rows to images: find the file of every row, refuse what is doubtful, and say what is left out and why. */
import path from 'node:path';
import type { FindingCells } from '../../../shared/dataset/label-policies.ts';
import type { PatientChoice, PatientProposal } from '../../../shared/dataset/patient-proposal.ts';
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import { namesExams, noteExams } from '../columns/exam-column.ts';
import { fillFromTags } from '../dicom/fill-from-tags.ts';
import { joinNamedPatients, joinPatientsOfImage } from '../identity/join-patients.ts';
import { unifyPatients } from '../identity/unify-patients.ts';
import { noteContradictions } from '../identity/note-contradictions.ts';
import { proposeFolders, proposePatients } from '../identity/propose-patients.ts';
import { nameStem } from '../image-resolver.ts';
import { isShortenedNumber } from '../labels/cell-values.ts';
import { partOfPath } from '../tables/parts.ts';
import { joinRows, joinWords } from './join-rows.ts';
import type { RowTally } from './losses.ts';
import { isMask } from '../recognisers/folder-per-class.ts';
import { describeRow, type FolderFacts, type Reading, type ReadRow } from '../recognisers/recogniser.ts';
import type { ProblemList } from '../problem-list.ts';

/** A row with the one file it means. */
export interface Candidate extends ReadRow {
  /** Position in the index's images, and the path relative to the imported folder. */
  image: number;
  file: string;
}

export interface FlowStep {
  step: string;
  images: number;
  note: string;
}

export interface Assembly {
  candidates: Candidate[];
  flow: FlowStep[];
  tally: RowTally;
  /** How patients are told apart, one sentence. */
  patientRule: string;
  patientProposal: PatientProposal | null;
  findingCells: FindingCells[];
}

const opening = (row: ReadRow): string => capital(describeRow(row));

/** Rows whose file is there and certain, and the names that several files share. */
function findFiles(
  facts: FolderFacts,
  rows: readonly ReadRow[],
  problems: ProblemList,
): { found: Candidate[]; doubtful: Set<string> } {
  const found: Candidate[] = [];
  const doubtful = new Set<string>();
  const numbers: Candidate[] = [];
  for (const row of rows) {
    const resolution = facts.resolver.resolve(row.reference, row.near);
    const { within } = row;
    const inside = (file: string): boolean => within === null || within.some((folder) => file.startsWith(`${folder}/`));
    if (resolution.kind === 'found' && inside(facts.index.images[resolution.image] as string)) {
      const { image } = resolution;
      if (resolution.how === 'number') numbers.push(row as Candidate);
      // The row itself becomes the candidate: a copy of each of 250,000 would cost seconds.
      found.push(Object.assign(row, { image, file: facts.index.images[image] as string }));
    } else if (resolution.kind !== 'ambiguous') {
      problems.leaveOut('missing-image', row.reference || null, describeMissing(row));
    } else {
      doubtful.add(resolution.stem);
      const others = resolution.count > resolution.candidates.length ? ', …' : '';
      problems.leaveOut(
        'duplicate-name',
        row.reference,
        `${opening(row)} could mean ${resolution.count} files: ${resolution.candidates.join(', ')}${others}. Write the folder or the ending into the table, or remove one file.`,
      );
    }
  }
  noteNumbers(numbers, problems);
  return { found, doubtful };
}

/** Said once: a table saved by a spreadsheet has lost zeros in all of its rows. */
function noteNumbers(rows: readonly Candidate[], problems: ProblemList): void {
  const [first] = rows;
  if (!first) return;
  problems.note(
    'matched-loosely',
    null,
    `${countOf(rows.length, 'row')} ${wordFor(rows.length, 'names its image', 'name their images')} by number alone, as a spreadsheet leaves it: "${first.reference}" is ${path.posix.basename(first.file)}.`,
    rows.length,
  );
}

function describeMissing(row: ReadRow): string {
  if (row.reference.trim() === '') return `${opening(row)} names no image.`;
  if (isShortenedNumber(row.reference) || /^[1-9]\d{14}0+$/.test(row.reference)) {
    return `${opening(row)} names an image by "${row.reference}": a spreadsheet has shortened a long number, and its digits are lost. Export that column as text.`;
  }
  return `${opening(row)} names an image that is not in the folder.`;
}

function dropExcluded(
  rows: readonly Candidate[],
  kind: 'unknown-label' | 'other-view',
  problems: ProblemList,
): Candidate[] {
  return rows.filter((row) => {
    if (row.excluded?.kind !== kind) return true;
    problems.leaveOut(
      kind,
      row.file,
      row.table === null ? capital(`${row.excluded.message}.`) : `In ${describeRow(row)}, ${row.excluded.message}.`,
    );
    return false;
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Images that no row names, nor could name; how many of them lie beside labelled ones. A test part is often published without labels. */
function noteUnlabelled(params: {
  facts: FolderFacts;
  reading: Reading;
  found: readonly Candidate[];
  doubtful: ReadonlySet<string>;
  problems: ProblemList;
}): number {
  const { facts, reading, found, doubtful, problems } = params;
  const { images } = facts.index;
  const used = new Uint8Array(images.length);
  for (const { image } of found) used[image] = 1;
  const message =
    reading.labelsFiles.length === 0 ? 'The image lies in no class folder.' : 'No row of the labels names this image.';
  const isTest = folderTest();
  const testIsLabelled = found.some(({ file }) => isTest(file));
  let beside = 0;
  let masks = 0;
  images.forEach((file, i) => {
    if (used[i] !== 0 || doubtful.has(nameStem(file))) return;
    if (isMask(file)) {
      masks++;
      return;
    }
    problems.leaveOut('unlabelled-image', file, message);
    if (testIsLabelled || !isTest(file)) beside++;
  });
  if (masks > 0) {
    const message = `${countOf(masks, 'file is a mask', 'files are masks')}, by folder or name, and ${wordFor(masks, 'is', 'are')} not used.`;
    problems.note('unlabelled-image', null, message, masks);
  }
  return beside;
}

/** Whether a file lies in a folder that is called test; asked for 100,000 files in few folders. */
function folderTest(): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    const folder = path.posix.dirname(file);
    const before = known.get(folder) ?? partOfPath(folder) === 'test';
    known.set(folder, before);
    return before;
  };
}

export function assemble(facts: FolderFacts, reading: Reading, problems: ProblemList): Assembly {
  const rows = reading.rows;
  const flow: FlowStep[] = [
    {
      step: reading.labelsFiles.length === 0 ? 'Images in class folders' : 'Rows read',
      images: rows.length,
      note: reading.labelsFiles.join(', '),
    },
  ];
  const { found, doubtful } = findFiles(facts, rows, problems);
  const unnamedImages = rows.length > 0 ? noteUnlabelled({ facts, reading, found, doubtful, problems }) : 0;
  const missing = problems.count('missing-image');
  flow.push({
    step: 'Image found',
    images: found.length,
    note: leftOut([
      [missing, 'missing', 'missing'],
      [rows.length - found.length - missing, 'whose name several files have', 'whose names several files have'],
    ]),
  });
  const { suggestedColumns, labelsFiles } = reading;
  const column = suggestedColumns?.patient;
  const exams = column !== undefined && namesExams(column);
  const isStated = suggestedColumns === null ? labelsFiles.length > 0 : column !== undefined && !exams;
  const { rule, named } = fillFromTags(found, { tags: facts.dicom, isStated }, problems);
  if (exams && named < found.length) noteExams(column, found.length - named, problems);
  const patientRule = rule ?? reading.patientRule;
  unifyPatients(found, problems);
  joinNamedPatients(found, problems);
  joinPatientsOfImage(found, problems);
  const { join, target } = reading;
  const { rows: single, joined, contradictory } = joinRows({ rows: found, rule: join, kind: target.kind, problems });
  if (single.length < found.length) {
    const gone: [number, string, string] =
      join === null
        ? [found.length - single.length, 'repeated or contradictory row', 'repeated or contradictory rows']
        : [contradictory, 'row without a majority', 'rows without a majority'];
    const how = join === null ? '' : `Joined: ${joinWords(join, target.kind)}`;
    flow.push({
      step: 'One row per image',
      images: single.length,
      note: [how, leftOut([gone])].filter(Boolean).join('. '),
    });
  }
  const viewed = dropExcluded(single, 'other-view', problems);
  if (viewed.length < single.length) {
    flow.push({
      step: 'Frontal view',
      images: viewed.length,
      note: leftOut([[single.length - viewed.length, 'lateral view', 'lateral views']]),
    });
  }
  const candidates = dropExcluded(viewed, 'unknown-label', problems);
  flow.push({
    step: 'Labelled',
    images: candidates.length,
    note: leftOut([[viewed.length - candidates.length, 'without a usable label', 'without a usable label']]),
  });
  const patientProposal = readPatientsFromNames(
    candidates,
    { guess: rule === null ? reading.patientGuess : null, choice: facts.request.patients },
    problems,
  );
  noteContradictions(candidates, problems);
  const meant = viewed.filter((row) => row.excluded?.meant === true).length;
  const unlabelled = viewed.length - candidates.length - meant;
  const lateral = single.length - viewed.length;
  const ambiguous = rows.length - found.length - missing;
  const wanted = rows.length - joined - lateral - meant;
  const images = facts.index.images.length;
  return {
    candidates,
    flow,
    patientRule,
    patientProposal,
    findingCells: countCells(reading.coded, viewed),
    tally: { wanted, missing, ambiguous, contradictory, unlabelled, unnamedImages, images },
  };
}

/** What the cells of the findings say, of images that could be used: those too of which no finding is known under the chosen policy. */
function countCells(coded: readonly string[], rows: readonly Candidate[]): FindingCells[] {
  const counts = coded.map((output): FindingCells => ({ output, codes: {} }));
  for (const { codes, excluded } of rows) {
    if (excluded?.meant === true) continue;
    codes?.forEach((code, k) => {
      const own = counts[k]?.codes;
      if (own) own[code] = (own[code] ?? 0) + 1;
    });
  }
  return counts;
}

/** Changes `patient` of the rows, unless the user has said that every image is a patient of its own. */
function readPatientsFromNames(
  rows: readonly Candidate[],
  { guess, choice }: { guess: string | null; choice: PatientChoice | undefined },
  problems: ProblemList,
): PatientProposal | null {
  const found = guess === null ? proposePatients(rows, choice) : proposeFolders(rows, guess, choice);
  if (found === null || (guess === null && choice === 'images')) return found?.proposal ?? null;
  const { proposal, patients } = found;
  rows.forEach((row, i) => (row.patient = patients[i] ?? null));
  if (choice === undefined) {
    problems.note(
      'guessed-patients',
      null,
      `${proposal.rule} So ${countOf(proposal.images, 'image')} are of ${countOf(proposal.patients, 'patient')}. This is a guess: confirm it (--patients names), or overrule it (--patients images).`,
      proposal.patients,
    );
  }
  return proposal;
}

/** `Left out: 3 missing, 1 copy`; empty when nothing was. Parts are number, words for one, words for more. */
export function leftOut(parts: readonly (readonly [number, string, string])[]): string {
  const said = parts.filter(([n]) => n > 0).map(([n, one, more]) => countOf(n, one, more));
  return said.length === 0 ? '' : `Left out: ${said.join(', ')}`;
}

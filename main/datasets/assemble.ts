/** From rows to images: find the file of every row, refuse what is doubtful, and say what is left out and why. */
import { countOf } from '../../shared/words/numbers.ts';
import { nameStem } from './image-resolver.ts';
import { describeRow, type FolderFacts, type Reading, type ReadRow } from './recognisers/recogniser.ts';
import type { ProblemList } from './problem-list.ts';

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
}

const sameLabels = (a: ReadRow, b: ReadRow): boolean => a.labels.join() === b.labels.join();

const opening = (row: ReadRow): string => capital(describeRow(row));

/** Rows whose file is there and certain, and the names that several files share. */
function findFiles(
  facts: FolderFacts,
  rows: readonly ReadRow[],
  problems: ProblemList,
): { found: Candidate[]; doubtful: Set<string> } {
  const found: Candidate[] = [];
  const doubtful = new Set<string>();
  for (const row of rows) {
    const resolution = facts.resolver.resolve(row.reference, row.near);
    if (resolution.kind === 'found') {
      const { image } = resolution;
      // The row itself becomes the candidate: a copy of each of 250,000 would cost seconds.
      found.push(Object.assign(row, { image, file: facts.index.images[image] as string }));
    } else if (resolution.kind === 'missing') {
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
  return { found, doubtful };
}

function describeMissing(row: ReadRow): string {
  if (row.reference.trim() === '') return `${opening(row)} names no image.`;
  return `${opening(row)} names an image that is not in the folder.`;
}

/** One row per image: repeated rows that agree count once, rows that contradict each other are all left out. */
function dropRepeats(rows: readonly Candidate[], problems: ProblemList): Candidate[] {
  const firstRows = new Map<number, Candidate>();
  const repeated = new Map<number, Candidate[]>();
  for (const row of rows) {
    const first = firstRows.get(row.image);
    const group = repeated.get(row.image);
    if (first === undefined) firstRows.set(row.image, row);
    else if (group === undefined) repeated.set(row.image, [first, row]);
    else group.push(row);
  }
  const kept = new Set(firstRows.values());
  for (const group of repeated.values()) {
    const [first, ...rest] = group as [Candidate, ...Candidate[]];
    const { file } = first;
    const contradiction = rest.find((row) => !sameLabels(row, first));
    if (contradiction) {
      problems.leaveOut(
        'duplicate-name',
        file,
        `${opening(first)} and ${describeRow(contradiction)} give this image different labels; which is right cannot be known, so ${group.length === 2 ? 'both' : `all ${group.length}`} rows are left out.`,
        group.length,
      );
      kept.delete(first);
      continue;
    }
    for (const row of rest) {
      problems.leaveOut(
        'duplicate-name',
        file,
        `${opening(row)} repeats ${describeRow(first)} with the same label; the image counts once.`,
      );
    }
  }
  return [...kept];
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

/** Images that no row names, nor could name. */
function noteUnlabelled(params: {
  facts: FolderFacts;
  reading: Reading;
  found: readonly Candidate[];
  doubtful: ReadonlySet<string>;
  problems: ProblemList;
}): void {
  const { facts, reading, found, doubtful, problems } = params;
  const { images } = facts.index;
  const used = new Uint8Array(images.length);
  for (const { image } of found) used[image] = 1;
  const message =
    reading.labelsFiles.length === 0 ? 'The image lies in no class folder.' : 'No row of the labels names this image.';
  images.forEach((file, i) => {
    if (used[i] === 0 && !doubtful.has(nameStem(file))) problems.leaveOut('unlabelled-image', file, message);
  });
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
  if (rows.length > 0) noteUnlabelled({ facts, reading, found, doubtful, problems });
  const missing = problems.count('missing-image');
  flow.push({
    step: 'Image found',
    images: found.length,
    note: leftOut([
      [missing, 'missing', 'missing'],
      [rows.length - found.length - missing, 'whose name several files have', 'whose names several files have'],
    ]),
  });
  const single = dropRepeats(found, problems);
  if (single.length < found.length) {
    flow.push({
      step: 'One row per image',
      images: single.length,
      note: leftOut([
        [found.length - single.length, 'repeated or contradictory row', 'repeated or contradictory rows'],
      ]),
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
  return { candidates, flow };
}

/** `Left out: 3 missing, 1 copy`; empty when nothing was. Parts are number, words for one, words for more. */
export function leftOut(parts: readonly (readonly [number, string, string])[]): string {
  const said = parts.filter(([n]) => n > 0).map(([n, one, more]) => countOf(n, one, more));
  return said.length === 0 ? '' : `Left out: ${said.join(', ')}`;
}

/** From rows to images: find the file of every row, refuse what is doubtful, and say what is left out and why. */
import type { FolderFacts, Reading, ReadRow } from './recognisers/recogniser.ts';
import type { ProblemList } from './problem-list.ts';

/** A row with the one file it means. */
export interface Candidate extends ReadRow {
  /** Relative to the imported folder. */
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

const named = (row: ReadRow): string => row.where ?? 'This image';

/** Rows whose file is there and certain. */
function findFiles(facts: FolderFacts, rows: readonly ReadRow[], problems: ProblemList): Candidate[] {
  const found: Candidate[] = [];
  for (const row of rows) {
    const resolution = facts.resolver.resolve(row.reference, row.near);
    if (resolution.kind === 'found') {
      found.push({ ...row, file: resolution.file });
    } else if (resolution.kind === 'missing') {
      problems.leaveOut('missing-image', row.reference || null, describeMissing(row));
    } else {
      const others = resolution.count > resolution.candidates.length ? ', …' : '';
      problems.leaveOut(
        'duplicate-name',
        row.reference,
        `${named(row)} could mean ${resolution.count} files: ${resolution.candidates.join(', ')}${others}. Write the folder or the ending into the table, or remove one file.`,
      );
    }
  }
  return found;
}

function describeMissing(row: ReadRow): string {
  if (row.reference.trim() === '') return `${named(row)} names no image.`;
  return `${named(row)} names an image that is not in the folder.`;
}

/** One row per image: repeated rows that agree count once, rows that contradict each other are all left out. */
function dropRepeats(rows: readonly Candidate[], problems: ProblemList): Candidate[] {
  const byFile = Map.groupBy(rows, (row) => row.file);
  if (byFile.size === rows.length) return [...rows];
  const kept: Candidate[] = [];
  for (const [file, group] of byFile) {
    const [first, ...rest] = group as [Candidate, ...Candidate[]];
    if (rest.length === 0) {
      kept.push(first);
      continue;
    }
    const contradiction = rest.find((row) => !sameLabels(row, first));
    if (contradiction) {
      problems.leaveOut(
        'duplicate-name',
        file,
        `${named(first)} and ${named(contradiction)} name this image with different labels; which is right cannot be known, so all ${group.length} rows are left out.`,
        group.length,
      );
      continue;
    }
    kept.push(first);
    for (const row of rest) {
      problems.leaveOut(
        'duplicate-name',
        file,
        `${named(row)} repeats ${named(first)} with the same label; it counts once.`,
      );
    }
  }
  return kept;
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
      row.where === null ? capital(`${row.excluded.message}.`) : `In ${row.where}, ${row.excluded.message}.`,
    );
    return false;
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Images that no row names. */
function noteUnlabelled(
  facts: FolderFacts,
  reading: Reading,
  found: readonly Candidate[],
  problems: ProblemList,
): void {
  const named = new Set(found.map((row) => row.file));
  const message =
    reading.labelsFile === null ? 'The image lies in no class folder.' : 'No row of the labels names this image.';
  for (const file of facts.index.images) if (!named.has(file)) problems.leaveOut('unlabelled-image', file, message);
}

export function assemble(facts: FolderFacts, reading: Reading, problems: ProblemList): Assembly {
  const rows = reading.rows;
  const flow: FlowStep[] = [
    {
      step: reading.labelsFile === null ? 'Images in class folders' : 'Rows read',
      images: rows.length,
      note: reading.labelsFile ?? '',
    },
  ];
  const found = findFiles(facts, rows, problems);
  if (rows.length > 0) noteUnlabelled(facts, reading, found, problems);
  const missing = problems.count('missing-image');
  const doubtful = rows.length - found.length - missing;
  flow.push({
    step: 'Image found',
    images: found.length,
    note: sentence([
      [missing, 'missing'],
      [doubtful, 'with a name that more than one file has'],
    ]),
  });
  const single = dropRepeats(found, problems);
  if (single.length < found.length) {
    flow.push({
      step: 'One row per image',
      images: single.length,
      note: sentence([[found.length - single.length, 'repeated or contradictory rows']]),
    });
  }
  const viewed = dropExcluded(single, 'other-view', problems);
  if (viewed.length < single.length) {
    flow.push({
      step: 'Frontal view',
      images: viewed.length,
      note: sentence([[single.length - viewed.length, 'lateral views']]),
    });
  }
  const candidates = dropExcluded(viewed, 'unknown-label', problems);
  flow.push({
    step: 'Labelled',
    images: candidates.length,
    note: sentence([[viewed.length - candidates.length, 'without a usable label']]),
  });
  return { candidates, flow };
}

/** `3 missing, 1 unreadable left out`; empty when nothing was. */
export function sentence(parts: readonly (readonly [number, string])[]): string {
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => `${n.toLocaleString('en-US')} ${what}`);
  return said.length === 0 ? '' : `${said.join(', ')} left out`;
}

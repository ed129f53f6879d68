/** A split from elsewhere: a table of images and their parts, as `dataset split --csv` writes it, which an import follows. */
import path from 'node:path';
import { SPLITS, type Split } from '../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../shared/dataset/import-question.ts';
import { AppError } from '../../shared/system/errors.ts';
import { countOf, formatCount, wordFor } from '../../shared/words/numbers.ts';
import { suggestColumns } from './columns/suggest-columns.ts';
import { readSplitName } from './labels/cell-values.ts';
import { ProblemList } from './problem-list.ts';
import { acceptAnswer } from './questions.ts';
import type { FolderFacts } from './recognisers/recogniser.ts';
import type { Candidate } from './rows/assemble.ts';
import { openTables } from './tables/open-tables.ts';
import { readTable } from './tables/table.ts';

function refuse(message: string): AppError {
  return new AppError('bad-input', `The split file cannot be used: ${message}`, {
    action:
      'It needs a column of images (paths relative to the folder) and a column "split" with train, validation or test, as "dataset split --csv" writes them.',
  });
}

/** The part of every image that the file names, by the image's position in the index; `foreign`: rows whose image is not there. */
async function readParts(
  { index, resolver }: FolderFacts,
  file: string,
  signal?: AbortSignal,
): Promise<{ parts: Map<number, Split>; foreign: number }> {
  const [table] = await openTables(index.folder, file);
  if (table === undefined || 'message' in table) throw refuse(table?.message ?? 'it is empty.');
  // Paths are relative to the imported folder, wherever the file lies.
  const { image, split } = suggestColumns({ ...table, file: path.basename(table.file) }, resolver).columns;
  if (image === undefined) throw refuse('none of its columns names images of the folder.');
  if (split === undefined) throw refuse('none of its columns holds train, validation or test.');
  const [imageAt, splitAt] = [table.header.indexOf(image), table.header.indexOf(split)];
  const parts = new Map<number, Split>();
  let foreign = 0;
  const problems = new ProblemList();
  const wrong: string[] = [];
  await readTable(
    table,
    (cells, number) => {
      const [reference, cell] = [cells[imageAt] as string, cells[splitAt] as string];
      const part = readSplitName(cell);
      if (part === null) {
        wrong.push(`row ${number} says "${cell}".`);
        return;
      }
      // The apostrophe keeps a name such as "=1.png" text in a spreadsheet.
      const found = [reference, reference.replace(/^'(?=[=+\-@])/, '')]
        .map((name) => resolver.resolve(name))
        .find(({ kind }) => kind === 'found');
      if (found?.kind !== 'found') foreign++;
      else if ((parts.get(found.image) ?? part) !== part)
        wrong.push(`row ${number} names an image for the second time, in another part.`);
      else parts.set(found.image, part);
    },
    problems,
    signal,
  );
  const [reason] = [...wrong, ...problems.sorted().map(({ message }) => message)];
  if (reason !== undefined) throw refuse(reason);
  return { parts, foreign };
}

/** Patients, as this import tells them apart, with images in several parts. */
function countDivided(candidates: readonly Candidate[]): number {
  const byPatient = Map.groupBy(candidates, ({ patient }) => patient);
  byPatient.delete(null);
  return [...byPatient.values()].filter((rows) => new Set(rows.map(({ givenSplit }) => givenSplit)).size > 1).length;
}

/**
 * Gives every candidate the part that the request's split file says; those that it does not name are left out, after a question.
 * Without a split file the candidates are as they were.
 * @throws AppError `bad-input` where the file cannot be followed: no training part, an image or a patient in two parts
 */
export async function followSplitFile(params: {
  facts: FolderFacts;
  candidates: Candidate[];
  problems: ProblemList;
  signal?: AbortSignal | undefined;
}): Promise<{ candidates: Candidate[]; questions: ImportQuestion[] }> {
  const { facts, candidates, problems, signal } = params;
  const { request } = facts;
  if (request.splitFile === undefined || candidates.length === 0) return { candidates, questions: [] };
  const { parts, foreign } = await readParts(facts, request.splitFile, signal);
  const named = candidates.filter(({ image }) => parts.has(image));
  for (const row of named) row.givenSplit = parts.get(row.image) ?? null;
  if (!named.some(({ givenSplit }) => givenSplit === 'train'))
    throw refuse('it has no image of this dataset in train.');
  const divided = countDivided(named);
  if (divided > 0) {
    throw refuse(
      `${countOf(divided, 'patient')}, as this import tells patients apart, ${wordFor(divided, 'has', 'have')} images in several parts.`,
    );
  }
  const unused = foreign + parts.size - new Set(named.map(({ image }) => image)).size;
  if (unused > 0) {
    problems.note(
      'missing-image',
      null,
      `${countOf(unused, 'image')} of the split file ${wordFor(unused, 'is', 'are')} not among the usable images of this folder.`,
      unused,
    );
  }
  const rest = candidates.filter(({ image }) => !parts.has(image));
  for (const { file } of rest) problems.leaveOut('unlabelled-image', file, 'The split file does not name this image.');
  const isAsked = rest.length > 0 && request.accept?.includes('unsplit-images') !== true;
  const question: ImportQuestion = {
    id: 'unsplit-images',
    question: `Go on without ${countOf(rest.length, 'image')} of ${formatCount(candidates.length)} that the split file does not name?`,
    reasons: [`It names ${countOf(named.length, 'image')} of this dataset: ${describeParts(named)}.`],
    answers: [acceptAnswer('unsplit-images', 'Go on with those that it names', request)],
  };
  return { candidates: named, questions: isAsked ? [question] : [] };
}

function describeParts(rows: readonly Candidate[]): string {
  return SPLITS.map(
    (split) => `${split} ${formatCount(rows.filter(({ givenSplit }) => givenSplit === split).length)}`,
  ).join(', ');
}

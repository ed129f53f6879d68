/** Looks at a folder once and decides which layout it has; the request may overrule. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayoutCandidate, PreviewRequest } from '../../shared/dataset/dataset.ts';
import { AppError } from '../../shared/system/errors.ts';
import { countOf } from '../../shared/words/numbers.ts';
import { joinLabelTable } from './tables/join-tables.ts';
import { openLabelLists } from './tables/label-lists.ts';
import { describeTags, instanceNames, readFolderTags, studyNames } from './dicom/folder-tags.ts';
import { openTables } from './tables/open-tables.ts';
import type { Table } from './tables/table.ts';
import { indexFolder, type FolderIndex, type WalkOptions } from './folder-index.ts';
import { createImageGroups } from './image-groups.ts';
import { createResolver } from './image-resolver.ts';
import { ProblemList } from './problem-list.ts';
import { GENERIC, LAYOUTS } from './recognisers/all.ts';
import type { FolderFacts, Recogniser } from './recognisers/recogniser.ts';

export interface Recognised {
  facts: FolderFacts;
  recogniser: Recogniser;
  evidence: string[];
  /** Every layout that could be meant, the surest first. */
  candidates: LayoutCandidate[];
  problems: ProblemList;
}

const SURE = { certain: 0, likely: 1, possible: 2 } as const;

async function openAll(
  request: PreviewRequest,
  { tableFiles, textFiles }: FolderIndex,
  problems: ProblemList,
  root: string,
): Promise<Pick<FolderFacts, 'tables' | 'companions'>> {
  const named = request.labelsFile === undefined ? undefined : relativeTo(root, request.labelsFile);
  const split = request.splitFile === undefined ? undefined : relativeTo(root, request.splitFile);
  const present = tableFiles.filter((file) => file !== named && file !== split);
  const tables: Table[] = [];
  const companions: Table[] = [];
  for (const file of named === undefined ? present : [named, ...present]) {
    const opened = await openTables(root, file);
    const isMeant = named === undefined || file === named;
    (isMeant ? tables : companions).push(...opened.filter((table) => 'header' in table));
    for (const { message, unread } of isMeant ? opened.filter((table) => 'message' in table) : []) {
      if (named !== undefined && tables.length === 0) {
        throw new AppError('bad-input', `The labels file cannot be used: ${message}`, {
          action: 'Choose the table that names the images and their labels.',
        });
      }
      if (unread === true) problems.leaveOut('unread-folder', file, message);
      else problems.note('bad-row', file, message);
    }
  }
  (named === undefined ? tables : companions).push(...(await openLabelLists(root, textFiles)));
  return { tables, companions };
}

/** A labels file inside the folder is shown relative to it. */
function relativeTo(root: string, file: string): string {
  const relative = path.relative(root, path.resolve(root, file));
  return relative.startsWith('..') || path.isAbsolute(relative)
    ? path.resolve(root, file)
    : relative.replaceAll('\\', '/');
}

/**
 * @throws AppError `not-found` or `bad-input` when there is no folder, no image in it, or nothing that could label images.
 */
export async function recogniseFolder(request: PreviewRequest, options: WalkOptions = {}): Promise<Recognised> {
  const { signal } = options;
  const problems = new ProblemList();
  const index = await indexFolder(request.folder, options);
  for (const problem of index.problems) problems.add(problem);
  const dicom = await readFolderTags(index, problems, signal);
  if (index.images.length === 0) throw noImages(index);
  const { tables, companions } = await openAll(request, index, problems, index.folder);
  // Of some 100,000 files each of these steps takes a second; between them a cancel gets its turn.
  await nextTurn();
  signal?.throwIfAborted();
  const resolver = createResolver(index, (image) => instanceNames(dicom, image));
  const facts: FolderFacts = {
    index,
    tables,
    companions,
    joined: null,
    dicom,
    resolver,
    groups: createImageGroups(index, (image) => studyNames(dicom, image)),
    request,
  };
  await nextTurn();
  signal?.throwIfAborted();
  const judge = (recogniser: Recogniser): LayoutCandidate[] => {
    const recognition = recogniser.recognise(facts);
    return recognition === null ? [] : [{ layout: recogniser.layout, name: recogniser.name, ...recognition }];
  };
  const known = LAYOUTS.flatMap(judge);
  // To join tables that nobody knows, they are read whole.
  if (wantedLayout(request) === 'csv' || !known.some(({ confidence }) => confidence === 'certain'))
    facts.joined = await joinLabelTable(tables, resolver, signal);
  const candidates = [...known, ...GENERIC.flatMap(judge)].sort((a, b) => SURE[a.confidence] - SURE[b.confidence]);
  const recogniser = chooseRecogniser({ request, candidates, facts, problems });
  const evidence = [
    ...describeTags(dicom, index.images.length),
    ...(candidates.find((candidate) => candidate.layout === recogniser.layout)?.evidence ?? []),
  ];
  return { facts, recogniser, evidence, candidates, problems };
}

function noImages({ otherFiles, tableFiles, archives, problems }: FolderIndex): AppError {
  const files = countOf(otherFiles + tableFiles.length, 'file');
  const [first] = problems;
  const action =
    first !== undefined
      ? `${countOf(problems.length, 'place')} could not be used. The first: ${first.file}. ${first.message}`
      : archives > 0
        ? `The folder holds ${countOf(archives, 'archive')}: unpack first, then choose the folder that comes out.`
        : 'Choose the folder that holds the images; folders inside it are searched too.';
  const message = `Expected a folder of images (JPEG, PNG, TIFF, WebP, DICOM), found none among ${files}.`;
  return new AppError(first === undefined ? 'bad-input' : 'io', message, { action });
}

/** Mapped columns only make sense for a table of the user's own. */
function wantedLayout({ layout, columns, columnHints }: PreviewRequest): PreviewRequest['layout'] {
  return layout ?? (columns || columnHints ? 'csv' : undefined);
}

function chooseRecogniser(params: {
  request: PreviewRequest;
  candidates: readonly LayoutCandidate[];
  facts: FolderFacts;
  problems: ProblemList;
}): Recogniser {
  const { request, candidates, facts, problems } = params;
  const wanted = wantedLayout(request) ?? candidates[0]?.layout;
  const recogniser = [...LAYOUTS, ...GENERIC].find((known) => known.layout === wanted);
  if (recogniser && candidates.some((candidate) => candidate.layout === wanted)) return recogniser;
  const seen = candidates.map((candidate) => candidate.name).join(', ');
  if (recogniser) {
    throw new AppError(
      'bad-input',
      `Expected the layout "${recogniser.name}", but the folder does not have it${seen === '' ? '' : `; it reads as: ${seen}`}.`,
      { action: 'Choose another layout, or another folder.' },
    );
  }
  const unread = problems.sorted().find(({ kind }) => kind === 'bad-row');
  const { dicom, index } = facts;
  throw new AppError(
    'bad-input',
    `Expected a table of labels (CSV or Excel) or one folder per class, found ${countOf(index.images.length, 'image')} with neither.`,
    {
      action: [
        ...describeTags(dicom, index.images.length),
        ...describeTexts(index.textFiles),
        unread === undefined
          ? 'Put a CSV with the columns image and label into the folder, or sort the images into one folder per class.'
          : `The labels may be in ${unread.file ?? 'a table'}, which is not read: ${unread.message}`,
        ...(dicom.size > 0
          ? ['Folders of patients or studies are no classes; if they are, say --layout folder-per-class.']
          : []),
      ].join(' '),
    },
  );
}

/** A table may hide behind `.txt`, which may be any text. */
function describeTexts(files: readonly string[]): string[] {
  const [first, ...more] = files.filter((file) => !/readme|licen[cs]e|synthetic/i.test(path.posix.basename(file)));
  if (first === undefined) return [];
  const others = more.length > 0 ? ` (and ${countOf(more.length, 'more text file')})` : '';
  return [`${first}${others} was seen, but a table must end in .csv to be read: if it holds the labels, rename it.`];
}

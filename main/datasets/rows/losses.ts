/** An import that loses much asks first: rows, whole classes, images without a row. */
import type { LabelValue, PreviewRequest } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import type { ProblemList } from '../problem-list.ts';
import { acceptAnswer } from '../questions.ts';
import type { Reading } from '../recognisers/recogniser.ts';

/** A larger share that is lost is asked for. */
const ASKED_SHARE = 0.2;

/** What became of the rows, before any image was decoded. */
export interface RowTally {
  /** Rows that were to be used: without those that the user left out and those that were joined with another one. */
  wanted: number;
  missing: number;
  ambiguous: number;
  contradictory: number;
  unlabelled: number;
  /** Images that no row names, where other images of their part have rows. */
  unnamedImages: number;
  images: number;
}

export function lossQuestions(params: {
  reading: Pick<Reading, 'rows' | 'target' | 'dropped' | 'join'>;
  tally: RowTally;
  /** The images that can be used, and how many candidates there were. */
  used: readonly { labels: readonly LabelValue[] }[];
  candidates: number;
  problems: ProblemList;
  request: Pick<PreviewRequest, 'accept'>;
}): ImportQuestion[] {
  const { request } = params;
  return [askRows(params), askClasses(params), askImages(params.tally, request)].filter(
    (question): question is ImportQuestion =>
      question !== null && !(request.accept ?? []).some((loss) => loss === question.id),
  );
}

type Losses = Parameters<typeof lossQuestions>[0];

/** More image files than this that could not be opened are asked for; a folder or table always, since nobody knows what is in it. */
const FEW_UNREAD = 5;

export function unreadQuestions(problems: ProblemList, request: Pick<PreviewRequest, 'accept'>): ImportQuestion[] {
  const folders = problems.countLeftOut('unread-folder');
  const images = problems.countLeftOut('unread-image');
  if ((folders === 0 && images <= FEW_UNREAD) || request.accept?.includes('lost-files') === true) return [];
  const what = [
    ...(folders > 0 ? [countOf(folders, 'folder, table or link', 'folders, tables or links')] : []),
    ...(images > 0 ? [countOf(images, 'image file')] : []),
  ];
  const listed = problems.sorted().filter(({ kind }) => kind === 'unread-folder' || kind === 'unread-image');
  return [
    {
      id: 'lost-files',
      question: `Go on without ${what.join(' and ')} that could not be read?`,
      reasons: listed.slice(0, 10).map(({ file, message }) => `${file ?? ''}: ${message}`),
      answers: [acceptAnswer('lost-files', 'Go on without them', request)],
    },
  ];
}

function askRows({ reading, tally, used, candidates, problems, request }: Losses): ImportQuestion | null {
  const unread = problems.countLeftOut('bad-row');
  const undecoded = candidates - used.length;
  const { missing, ambiguous, contradictory, unlabelled } = tally;
  const wanted = tally.wanted + unread;
  const lost = missing + ambiguous + contradictory + unlabelled + unread + undecoded;
  if (lost <= ASKED_SHARE * wanted) return null;
  const shortened = problems.find('missing-image', /has shortened/);
  const parts: [number, string, string][] = [
    [missing, 'row names an image that is not in the folder', 'rows name an image that is not in the folder'],
    [ambiguous, 'row names an image whose name several files have', 'rows name an image whose name several files have'],
    [contradictory, 'row contradicts another one of the same image', 'rows contradict others of the same image'],
    [unlabelled, 'row has no label that can be used', 'rows have no label that can be used'],
    [unread, 'row or table cannot be read', 'rows or tables cannot be read'],
    [undecoded, 'file is no image that can be decoded', 'files are no images that can be decoded'],
  ];
  return {
    id: 'lost-rows',
    question: `Go on without ${countOf(lost, 'row', 'rows')} of ${formatCount(wanted)}?`,
    reasons: [
      ...parts.filter(([n]) => n > 0).map(([n, one, more]) => `${countOf(n, one, more)}.`),
      ...(shortened === null ? [] : [shortened]),
    ],
    answers: [
      acceptAnswer('lost-rows', 'Go on with the rest', request),
      ...(contradictory > 0 && reading.target.kind === 'ordinal'
        ? [
            {
              text: 'The highest grade of an image counts',
              option: '--join highest',
              change: { join: 'highest' as const },
            },
          ]
        : []),
    ],
  };
}

function askClasses({ reading, used, request }: Losses): ImportQuestion | null {
  const { target, rows, dropped, join } = reading;
  const has = (list: readonly { labels: readonly LabelValue[] }[], output: number): number =>
    list.reduce((sum, { labels }) => sum + (labels[output] === 1 ? 1 : 0), 0);
  const lost = target.outputs.flatMap((output, k) => {
    const before = has(rows, k);
    return before > 0 && has(used, k) === 0 ? [{ output, before }] : [];
  });
  const unread = dropped.filter(({ rows: n }) => n > 1);
  if (lost.length + unread.length === 0) return null;
  const names = [...lost.map(({ output }) => output), ...unread.map(({ value }) => value)]
    .slice(0, 6)
    .map((name) => `"${name}"`);
  return {
    id: 'lost-classes',
    question: `Go on without ${names.join(', ')}?`,
    reasons: [
      ...lost.map(({ output, before }) =>
        join === 'majority'
          ? `${countOf(before, 'row has', 'rows have')} "${output}", but in no image the majority of its rows.`
          : `None of the ${countOf(before, 'row', 'rows')} of "${output}" leads to an image that can be used.`,
      ),
      ...unread.map(
        ({ column, value, rows: n }) =>
          `"${value}" stands in ${countOf(n, 'row', 'rows')} of "${column}" and cannot be read as a label.`,
      ),
    ].slice(0, 20),
    answers: [
      acceptAnswer('lost-classes', 'Go on without them', request),
      ...(join === 'majority' && target.kind === 'multilabel'
        ? [{ text: 'A finding of any row counts', option: '--join any', change: { join: 'any' as const } }]
        : []),
    ],
  };
}

function askImages({ unnamedImages, images }: RowTally, request: Losses['request']): ImportQuestion | null {
  if (unnamedImages <= ASKED_SHARE * images) return null;
  return {
    id: 'lost-images',
    question: `Go on without ${countOf(unnamedImages, 'image', 'images')} of ${formatCount(images)} that no label names?`,
    reasons: ['They may belong to another table, to another column of images, or to another part of the data set.'],
    answers: [acceptAnswer('lost-images', 'Go on with those that have a label', request)],
  };
}

/** Collects what an import leaves out or wonders about: every item kept, counted by kind, shown worst first. */
import type { ImportProblem } from '../../shared/dataset/dataset.ts';
import { PROBLEM_KINDS, type ProblemKind } from '../../shared/dataset/problem-kinds.ts';
import type { ImageFailure, ImageFailureReason } from '../images/failure.ts';

const IMAGE_PROBLEMS: Partial<Record<ImageFailureReason, ProblemKind>> = {
  missing: 'missing-image',
  'not-an-image': 'not-an-image',
  unreadable: 'unread-image',
};

export function problemKind({ reason }: ImageFailure): ProblemKind {
  return IMAGE_PROBLEMS[reason] ?? 'unreadable-image';
}

export class ProblemList {
  readonly #items: ImportProblem[] = [];
  readonly #counts = new Map<ProblemKind, number>();

  /** `count`: how many rows or images one entry speaks for. */
  add(problem: ImportProblem, count = 1): void {
    this.#items.push(problem);
    this.#counts.set(problem.kind, (this.#counts.get(problem.kind) ?? 0) + count);
  }

  leaveOut(kind: ProblemKind, file: string | null, message: string, count = 1): void {
    this.add({ kind, leftOut: true, file, message }, count);
  }

  note(kind: ProblemKind, file: string | null, message: string, count = 1): void {
    this.add({ kind, leftOut: false, file, message }, count);
  }

  counts(): Partial<Record<ProblemKind, number>> {
    return Object.fromEntries(PROBLEM_KINDS.filter((k) => this.#counts.has(k)).map((k) => [k, this.#counts.get(k)]));
  }

  count(kind: ProblemKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Entries of this kind that lost something; notes do not count. */
  countLeftOut(kind: ProblemKind): number {
    return this.#items.filter((item) => item.kind === kind && item.leftOut).length;
  }

  /** The files that have a problem of this kind. */
  filesOf(kind: ProblemKind): Set<string> {
    return new Set(this.#items.flatMap((item) => (item.kind === kind && item.file !== null ? [item.file] : [])));
  }

  /** The message of the first problem of this kind that fits, null where none does. */
  find(kind: ProblemKind, pattern: RegExp): string | null {
    return this.#items.find((item) => item.kind === kind && pattern.test(item.message))?.message ?? null;
  }

  /** Worst first: by kind, what was left out before what was only noted, then in the order found. */
  sorted(): ImportProblem[] {
    const rank = new Map(PROBLEM_KINDS.map((kind, i) => [kind, i]));
    const of = (problem: ImportProblem): number => 2 * (rank.get(problem.kind) ?? 0) + (problem.leftOut ? 0 : 1);
    return [...this.#items].sort((a, b) => of(a) - of(b));
  }
}

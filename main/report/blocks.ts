/** What a report is, apart from how it is shown: sections of blocks. The faces (HTML, Word) show them and know nothing of AUCs. */
import type { Figure } from '../../shared/figures/figure.ts';
import type { Drawing } from '../../shared/figures/drawing/stand-alone.ts';
import type { Table } from '../../shared/tables/table.ts';

export type Block =
  /** `note` stands out: who may see the report, or what it is made from. */
  | { kind: 'text'; text: string; note?: true }
  | { kind: 'heading'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'code'; text: string }
  /** `unfold`: children are shown under their rows. */
  | { kind: 'table'; table: Table; unfold: boolean }
  | { kind: 'figure'; figures: readonly (Figure | (Drawing & { title: string }))[]; caption: string };

export interface Section {
  id: string;
  title: string;
  blocks: readonly Block[];
}

export interface ReportDocument {
  title: string;
  /** Beneath the title: the dataset, when, by which version. */
  about: string;
  /** Every reader has to know them. */
  warnings: readonly string[];
  sections: readonly Section[];
  /** Folded in HTML; in print and in Word those that were chosen. */
  appendices: readonly Section[];
  /** ISO 8601, UTC. */
  generatedAt: string;
  appVersion: string;
}

export const text = (words: string): Block => ({ kind: 'text', text: words });
export const note = (words: string): Block => ({ kind: 'text', text: words, note: true });
export const heading = (words: string): Block => ({ kind: 'heading', text: words });

/** Nothing where there is nothing to list. */
export function list(items: readonly string[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** Nothing where there is no table. */
export function table(content: Table | null, { unfold = false } = {}): Block[] {
  return content === null ? [] : [{ kind: 'table', table: content, unfold }];
}

/** One figure of one drawing or of several; nothing where there is none. */
export function figure(
  figures: readonly (Figure | (Drawing & { title: string }))[] | Figure | null,
  caption: string,
): Block[] {
  const all = figures === null ? [] : 'kind' in figures ? [figures] : figures;
  return all.length === 0 ? [] : [{ kind: 'figure', figures: all, caption }];
}

/** A part with its heading; nothing where it says nothing. */
export function under(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [heading(title), ...blocks];
}

/** Where a number leads: the row of its run in the table of runs. */
export const runAnchor = (runId: string): string => `run-${runId.replace(/[^\w-]/g, '_')}`;

/** The appendices of these ids, and a sentence on where the others are; null where there are no others. */
export function chooseAppendices(
  { appendices }: ReportDocument,
  ids: readonly string[],
): { chosen: Section[]; leftOut: string | null } {
  const chosen = appendices.filter(({ id }) => ids.includes(id));
  const others = appendices.filter((section) => !chosen.includes(section)).map(({ title }) => title);
  const leftOut = others.length === 0 ? null : `Only in the HTML file of this report: ${others.join('; ')}.`;
  return { chosen, leftOut };
}

/** What a cell of a table can be, and a short way to make each. Numbers keep all their digits; `form` says how many are shown. Pure. */

/** `number`: so many digits after the point; `mean-count`: of counts, with one. Others as `shared/words/numbers.ts` writes them. */
export type NumberForm =
  number | 'count' | 'mean-count' | 'ratio' | 'percent' | 'setting' | 'significant' | 'p' | 'duration' | 'ms' | 'bytes';

export type Tone = 'neutral' | 'good' | 'info' | 'warn' | 'bad' | 'quiet';

interface CellBase {
  /** A reason or caution: a tip on the screen, a lettered note elsewhere. */
  note?: string | undefined;
  /** The run behind it: a link where the face has one. */
  runId?: string | undefined;
}

interface NumberBase extends CellBase {
  form: NumberForm;
  /** A difference: with its sign. */
  signed?: boolean;
}

export type Cell =
  | (CellBase & { kind: 'text'; text: string; tone?: Tone | undefined; mono?: boolean })
  /** `limit`: only known to lie above (`>`) or below the value. */
  | (NumberBase & { kind: 'number'; value: number; limit?: '>' | '<' | undefined })
  | (NumberBase & { kind: 'estimate'; value: number; low: number | null; high: number | null })
  /** An interval; null is an open end. */
  | (NumberBase & { kind: 'range'; low: number | null; high: number | null })
  /** So many of so many: `2 of 3`, or with `share` the number and its per cent. `bar`: a face that draws shows it as a bar, too. */
  | (CellBase & { kind: 'part'; value: number; of: number; share: boolean; bar: boolean })
  /** An initialisation with its mark; `rest` and `against` tell it from other arms. */
  | (CellBase & { kind: 'arm'; armId: string; init: string; rest: string; slot: number })
  | (CellBase & { kind: 'list'; items: readonly Cell[]; separator: string })
  /** A dash, or a `word` for it. */
  | (CellBase & { kind: 'missing'; word?: string });

type MaybeNumber = number | null | undefined;
type Options = Omit<NumberBase, 'form'> & { form?: NumberForm; limit?: '>' | '<' | undefined };

export function text(value: string, options: { tone?: Tone | undefined; mono?: boolean } & CellBase = {}): Cell {
  return { kind: 'text', text: value, ...options };
}

export const EMPTY: Cell = text('');

/** @param why a sentence, null where the dash says it all */
export function missing(why: string | null = null, word?: string): Cell {
  return { kind: 'missing', ...(why === null ? {} : { note: why }), ...(word === undefined ? {} : { word }) };
}

/** The number, or a dash with the reason. A `note` is for both. */
export function number(value: MaybeNumber, form: NumberForm, options: Omit<Options, 'form'> = {}): Cell {
  return value == null || Number.isNaN(value)
    ? missing(options.note ?? null)
    : { kind: 'number', value, form, ...options };
}

export const count = (value: MaybeNumber, note?: string): Cell => number(value, 'count', { note });
/** AUCs, rates, probabilities: three digits. */
export const share = (value: MaybeNumber, note?: string): Cell => number(value, 3, { note });
export const difference = (value: MaybeNumber, note?: string): Cell => number(value, 3, { note, signed: true });
export const pValue = (value: MaybeNumber, note?: string): Cell => number(value, 'p', { note });
export const duration = (seconds: MaybeNumber, note?: string): Cell => number(seconds, 'duration', { note });

/** A value with its interval. Without an interval `why` tells why, as it does where the value is missing. */
export function estimate(
  found: { value: number | null; low: number | null; high: number | null; why?: string | null } | null | undefined,
  { form = 3, signed = false, note }: Options = {},
): Cell {
  const reason = found?.why ?? note;
  if (found?.value == null || Number.isNaN(found.value)) return missing(reason ?? null);
  const { value, low, high } = found;
  return { kind: 'estimate', value, low, high, form, signed, note: reason };
}

/** A dash with the reason where both ends are missing. */
export function range(
  found: { low: number | null; high: number | null } | null | undefined,
  { form = 3, signed = false, note }: Options = {},
): Cell {
  if (found == null || (found.low === null && found.high === null)) return missing(note ?? null);
  return { kind: 'range', low: found.low, high: found.high, form, signed, note };
}

export function part(value: number, of: number, { share = false, bar = false } = {}): Cell {
  return { kind: 'part', value, of, share, bar };
}

export const run = (runId: string, label: string): Cell => text(label, { runId });

export function list(items: readonly Cell[], separator = ', '): Cell {
  return items.length === 0 ? missing() : { kind: 'list', items, separator };
}

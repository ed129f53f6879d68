/** The axis of a forest plot: round ticks around what is shown. Pure. */
export interface ForestAxis {
  min: number;
  max: number;
  ticks: number[];
  /** Digits that tell the ticks apart. */
  digits: number;
  /** Position of a value in percent of the width. */
  at: (value: number) => number;
}

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25];
const MOST_TICKS = 7;
/** Room for half a tick label at either end, in percent of the width. */
const MARGIN = 4;

/** Covers all defined values, widened to round ticks, within [0, 1]. */
export function axisOf(values: readonly (number | null | undefined)[]): ForestAxis {
  const known = values.filter((value): value is number => value != null && Number.isFinite(value));
  const low = known.length > 0 ? Math.min(...known) : 0.5;
  const high = known.length > 0 ? Math.max(...known) : 1;
  const step = STEPS.find((size) => (high - low) / size <= MOST_TICKS - 2) ?? 0.25;
  const min = Math.max(0, Math.floor(low / step + 1e-9) * step);
  const max = Math.min(1, Math.max(min + step, Math.ceil(high / step - 1e-9) * step));
  const ticks = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) =>
    Number((min + i * step).toFixed(4)),
  );
  const at = (value: number) => MARGIN + (100 - 2 * MARGIN) * ((value - min) / (max - min));
  return { min, max, ticks, digits: step < 0.01 ? 3 : 2, at };
}

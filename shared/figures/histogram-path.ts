/** The outline of a histogram as an SVG path, for the app and the report. Pure. */

/** Steps from the left end to the right one; the highest count of all that are drawn together, `most`, fills the height. */
export function histogramPath(params: {
  counts: readonly number[];
  most: number;
  width: number;
  height: number;
}): string {
  const { counts, most, width, height } = params;
  const step = width / Math.max(1, counts.length);
  const round = (value: number): string => String(Math.round(value * 100) / 100);
  const top = (count: number): string => round(most === 0 ? height : height * (1 - count / most));
  const steps = counts.map((count, bin) => `V${top(count)}H${round((bin + 1) * step)}`);
  return `M0 ${round(height)}${steps.join('')}V${round(height)}`;
}

/** Numbers of the details as the report prints them. */
export const share = (value: number): string => value.toFixed(3).replace('-', '−');
export const ratio = (value: number): string => (value >= 10 ? value.toFixed(1) : value.toFixed(2)).replace('-', '−');

/** `0.812–0.931`; with signs `−0.010 to +0.052`: a dash after a negative number would read as another sign. */
export function intervalText(low: number, high: number, text: (value: number) => string): string {
  const ends = [text(low), text(high)];
  return ends.join(ends.some((end) => /^[−+]/.test(end)) ? ' to ' : '–');
}

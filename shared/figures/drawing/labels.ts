/** Names that fit their place: beside lines, in columns, in boxes. Widths are guesses: nothing here can measure text. Pure. */

/** Pixels of a character at 12 pixels, on average. */
export const CHARACTER = 6.6;

/** Labels at the right end of lines, pushed apart until none overlap. Returns a position for each of `wanted`. */
export function placeLabels(wanted: readonly number[], spacing: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = new Array<number>(wanted.length).fill(0);
  let previous = -Infinity;
  for (const index of order) {
    previous = Math.max(wanted[index] as number, previous + spacing, top);
    placed[index] = previous;
  }
  let next = bottom + spacing;
  for (const index of order.toReversed()) {
    next = Math.min(placed[index] as number, next - spacing);
    placed[index] = next;
  }
  return placed;
}

/** Shortens a label that would leave its column, keeping both ends; the table has it whole. */
export function clipMiddle(label: string, length: number): string {
  if (label.length <= length) return label;
  const tail = Math.floor((length - 1) / 2);
  return `${label.slice(0, length - 1 - tail)}…${label.slice(-tail)}`;
}

/** Breaks text into lines of at most `width` characters at spaces. */
export function wrapWords(words: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Counts how often intervals held the truth, by row and column of a table that is printed as Markdown. */
export type Ends = readonly [low: number, high: number];

export class Tally {
  readonly #cells = new Map<string, { held: number[]; above: number; below: number; all: number }>();

  add(row: string, column: string, results: readonly { truth: number; ends: Ends }[]): void {
    const cell = this.#cells.get(`${row}|${column}`) ?? { held: [], above: 0, below: 0, all: 0 };
    const count = (test: (item: { truth: number; ends: Ends }) => boolean): number => results.filter(test).length;
    const [above, below] = [count(({ truth, ends }) => truth > ends[1]), count(({ truth, ends }) => truth < ends[0])];
    cell.held.push((100 * (results.length - above - below)) / results.length);
    cell.above += above;
    cell.below += below;
    cell.all += results.length;
    this.#cells.set(`${row}|${column}`, cell);
  }

  /** Coverage over all settings of a cell (how often the truth lay below, above the interval), in %. */
  mean(row: string, column: string): string {
    const cell = this.#cells.get(`${row}|${column}`);
    if (cell === undefined) return '';
    const [below, above] = [(100 * cell.below) / cell.all, (100 * cell.above) / cell.all];
    return `${(100 - below - above).toFixed(1)} (${below.toFixed(1)}, ${above.toFixed(1)})`;
  }

  /** Lowest to highest coverage of a cell's settings (how often the truth lay below, above the interval, in %). */
  text(row: string, column: string, misses = false): string {
    const cell = this.#cells.get(`${row}|${column}`);
    if (cell === undefined) return '';
    const one = (value: number): string => value.toFixed(1);
    const range = `${one(Math.min(...cell.held))} to ${one(Math.max(...cell.held))}`;
    return misses ? `${range} (${one((100 * cell.below) / cell.all)}, ${one((100 * cell.above) / cell.all)})` : range;
  }
}

export function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const row of [head, head.map(() => '---'), ...rows]) process.stdout.write(`| ${row.join(' | ')} |\n`);
  process.stdout.write('\n');
}

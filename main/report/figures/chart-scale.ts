/** Axes of the report's figures. */
export interface LinearScale {
  /** Data value to pixels. */
  at(value: number): number;
  domain: [number, number];
  ticks: number[];
  format(tick: number): string;
}

/** A linear scale with about `count` round ticks inside `domain`. */
export function linearScale(params: {
  domain: [number, number];
  range: [number, number];
  count?: number;
}): LinearScale {
  const { domain, range, count = 5 } = params;
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain;
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    domain: [low, high],
    at: (value) => range[0] + ((value - low) / (high - low)) * (range[1] - range[0]),
    ticks: Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(10))),
    format: (tick) => (digits === 0 ? tick.toLocaleString('en-US') : tick.toFixed(digits)),
  };
}

/** 1, 2 or 5 times a power of ten, at least `raw`. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Widens a domain outward to multiples of `step`, within `limits`. */
export function paddedDomain(values: readonly number[], step: number, limits: [number, number]): [number, number] {
  if (values.length === 0) return limits;
  const low = Math.max(limits[0], Math.floor((Math.min(...values) - step / 4) / step) * step);
  const high = Math.min(limits[1], Math.ceil((Math.max(...values) + step / 4) / step) * step);
  return [Number(low.toFixed(10)), Number(high.toFixed(10))];
}

/** Coordinates in figures: one decimal is a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Moves label positions apart to at least `gap`, keeping their order, within [low, high] where there is room. */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = wanted.map((value) => Math.min(high, Math.max(low, value)));
  for (let k = 1; k < order.length; k++) {
    const above = placed[order[k - 1] as number] as number;
    const here = order[k] as number;
    placed[here] = Math.max(placed[here] as number, above + gap);
  }
  for (let k = order.length - 1, limit = high; k >= 0; k--) {
    const here = order[k] as number;
    placed[here] = Math.min(placed[here] as number, limit);
    limit = placed[here] - gap;
  }
  return placed;
}

/** Breaks text into lines of at most `width` characters at spaces. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

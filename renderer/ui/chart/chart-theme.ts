/** Colours and text sizes of the app, for charts on a canvas. */
import type { FigureSeries } from './figure.ts';

export interface ChartTheme {
  /** Value of a colour role, `--ink-2`. */
  role: (name: string) => string;
  dark: boolean;
  font: string;
  /** Pixels of the small text size. */
  fontSize: number;
}

/** Colours and text size as they are now; read again when the system changes between light and dark. */
export function readTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    role: (name) => style.getPropertyValue(name).trim(),
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    font: style.fontFamily,
    fontSize: rem * 0.75,
  };
}

export function colourOf(series: FigureSeries, theme: ChartTheme): string {
  return theme.dark ? series.style.dark : series.style.light;
}

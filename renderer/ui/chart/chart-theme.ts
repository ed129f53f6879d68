/** Colours and text sizes of the app, for figures: as style rules for SVG, and read for a canvas. */
import { cssColour, SERIES_STYLES, type SeriesStyle } from '../../../shared/figures/palette.ts';
import { figureStyles, styleOf, type Role } from '../../../shared/figures/drawing/sheet.ts';

const ROLES: Record<Role, string> = {
  ink: 'var(--ink)',
  quiet: 'var(--ink-3)',
  rule: 'var(--line-strong)',
  faint: 'var(--line)',
  panel: 'var(--sunken)',
  paper: 'none',
};

/** Gives the figures of the page its colours, light or dark. Once: a sheet of rules is no inline style, which the page forbids. */
export function adoptFigureStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(figureStyles((paint) => (typeof paint === 'number' ? cssColour(styleOf(paint)) : ROLES[paint])));
  document.adoptedStyleSheets.push(sheet);
}

export interface ChartTheme {
  /** Value of a colour role, `--ink-2`. */
  role: (name: string) => string;
  dark: boolean;
  font: string;
  /** Pixels of the small text size. */
  fontSize: number;
}

/** Pixels of a rem: figures keep the reader's own text size. */
export const remPixels = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Colours and text size as they are now; read again when the system changes between light and dark. */
export function readTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element);
  return {
    role: (name) => style.getPropertyValue(name).trim(),
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    font: style.fontFamily,
    fontSize: remPixels() * 0.75,
  };
}

export function colourOf(style: SeriesStyle | undefined, theme: ChartTheme): string {
  const { light, dark } = style ?? (SERIES_STYLES[0] as SeriesStyle);
  return theme.dark ? dark : light;
}

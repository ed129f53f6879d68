/** What every drawing of a figure stands on: paints, text, and the room that it takes. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import { SERIES_STYLES } from '../palette.ts';

const LIGHT = {
  ink: '#16191d',
  quiet: '#545c66',
  rule: '#c9ced5',
  faint: '#e6e9ed',
  panel: '#f5f7f9',
  paper: '#ffffff',
} as const;
export type Role = keyof typeof LIGHT;
/** Of the page where it is dark. */
export const DARK: Record<Role, string> = {
  ink: '#e8ebef',
  quiet: '#a3adb8',
  rule: '#414952',
  faint: '#2a3037',
  panel: '#1d2126',
  paper: '#15181c',
};
/** A role, or a slot of {@link SERIES_STYLES}. */
export type Paint = Role | number;

/** The room for a drawing, in pixels. */
export interface Sheet {
  width: number;
  /** Where it begins: beneath the title. */
  top: number;
}

export interface Body {
  parts: Markup;
  /** Of all of it, with what is above `top`. */
  height: number;
  /** Where it is another one than the sheet's. */
  width?: number;
}

const nameOf = (paint: Paint): string => (typeof paint === 'number' ? `s${paint}` : paint);
const lightOf = (paint: Paint): string => (typeof paint === 'number' ? styleOf(paint).light : LIGHT[paint]);

export function styleOf(slot: number): (typeof SERIES_STYLES)[number] {
  return SERIES_STYLES[slot % SERIES_STYLES.length] as (typeof SERIES_STYLES)[number];
}

/**
 * Colours as attributes, so that a figure can leave the page, and as classes, by which a page gives it its own
 * ({@link figureStyles}): the bytes are the same everywhere.
 */
export function paint({ fill, line }: { fill?: Paint; line?: Paint }): Markup {
  const classes = [fill === undefined ? [] : `fill-${nameOf(fill)}`, line === undefined ? [] : `line-${nameOf(line)}`];
  return markup`class="${classes.flat().join(' ')}" fill="${fill === undefined ? 'none' : lightOf(fill)}"${
    line === undefined ? null : markup` stroke="${lightOf(line)}"`
  }`;
}

/** Style rules that give figures on a page the colours of `colourOf`. */
export function figureStyles(colourOf: (paint: Paint) => string): string {
  const paints: Paint[] = [...(Object.keys(LIGHT) as Role[]), ...SERIES_STYLES.keys()];
  return paints
    .map((each) => {
      const [name, colour] = [nameOf(each), colourOf(each)];
      return `.figure .fill-${name}{fill:${colour}}.figure .line-${name}{stroke:${colour}}`;
    })
    .join('');
}

/** A coordinate: one decimal is a tenth of a pixel. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

interface TextOptions {
  paint?: Paint;
  anchor?: 'start' | 'middle' | 'end';
  size?: 11 | 12 | 13;
  strong?: boolean;
  /** Degrees, around the place. */
  turn?: number;
}

/** Text with its baseline at (x, y). */
export function text(words: string | Markup, x: number, y: number, options: TextOptions = {}): Markup {
  const { paint: colour = 'ink', anchor = 'start', size = 12, strong = false, turn } = options;
  const place =
    turn === undefined
      ? markup`x="${px(x)}" y="${px(y)}"`
      : markup`transform="translate(${px(x)} ${px(y)}) rotate(${turn})"`;
  return markup`<text ${place} ${paint({ fill: colour })}${anchor !== 'start' && markup` text-anchor="${anchor}"`}${
    size !== 12 && markup` font-size="${size}"`
  }${strong && markup` font-weight="600"`}>${words}</text>`;
}

/** The small quiet text of axes. */
export function tick(words: string, x: number, y: number, options: TextOptions = {}): Markup {
  return text(words, x, y, { paint: 'quiet', size: 11, ...options });
}

/** A stroked path. */
export function stroke(d: string, line: Paint, more: Markup | null = null): Markup {
  return markup`<path d="${d}" ${paint({ line })}${more}/>`;
}

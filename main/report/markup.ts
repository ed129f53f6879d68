/** The report's markup is everybody's. */
export { Markup, markup, type MarkupValue } from '../../shared/words/markup.ts';

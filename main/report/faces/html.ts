/**
 * A report as one self-contained HTML file: styles, figures and pictures are inline, nothing is fetched, no script runs (its own
 * policy forbids both).
 */
import { drawFigure } from '../../../shared/figures/drawing/draw-figure.ts';
import { markup, Markup } from '../../../shared/words/markup.ts';
import { formatDateTime } from '../../../shared/words/times.ts';
import { chooseAppendices, type Block, type ReportDocument, type Section } from '../blocks.ts';
import { REPORT_STYLES } from './html-styles.ts';
import { tableMarkup } from './html-table.ts';
import { startNumbering, type Numbering } from './numbering.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'; base-uri 'none'; form-action 'none'";

/** The whole file as text (UTF-8). @param printed ids of the appendices that are open and printed; absent: all are there, folded */
export function renderHtml(document: ReportDocument, printed?: readonly string[]): string {
  const { title, about, warnings, sections, generatedAt, appVersion } = document;
  const { chosen: appendices, leftOut } = chooseAppendices(
    document,
    printed ?? document.appendices.map(({ id }) => id),
  );
  const numbering = startNumbering();
  const written = formatDateTime(generatedAt, 'utc');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Transfusion Lab ${appVersion}">
<meta name="referrer" content="no-referrer">
<title>${title} – study report</title>
<style>${new Markup(REPORT_STYLES)}${new Markup(pageMargins(title, `Transfusion Lab ${appVersion}, ${written}`))}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="meta">${about}</p>
${warnings.map((words) => markup`<p class="banner" role="note">${words}</p>`)}
<nav aria-label="Contents"><ul>${[...sections, ...appendices].map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map((section) => markup`<section aria-labelledby="${section.id}">${headOf(section)}\n${bodyOf(section, numbering)}</section>\n`)}
${appendices.map(
  (section) =>
    markup`<details${printed !== undefined && markup` open`}><summary>${headOf(section)}</summary>\n${bodyOf(section, numbering)}</details>\n`,
)}
${leftOut !== null && markup`<p>${leftOut}</p>\n`}</main>
<footer>Transfusion Lab ${appVersion}. Research use only: not a medical device, not for diagnosis or treatment. Report written ${written}.</footer>
</body>
</html>
`.text;
}

const headOf = ({ id, title }: Section): Markup => markup`<h2 id="${id}">${title}</h2>`;

function bodyOf({ blocks }: Section, numbering: Numbering): Markup {
  numbering.startSection();
  return markup`${blocks.map((block) => markup`${blockMarkup(block, numbering)}\n`)}`;
}

export function blockMarkup(block: Block, numbering: Numbering): Markup {
  switch (block.kind) {
    case 'text':
      return block.note ? markup`<p class="banner" role="note">${block.text}</p>` : markup`<p>${block.text}</p>`;
    case 'heading':
      return markup`<h3>${block.text}</h3>`;
    case 'list':
      return markup`<ul class="plain">${block.items.map((item) => markup`<li>${item}</li>`)}</ul>`;
    case 'code':
      return markup`<pre tabindex="0">${block.text}</pre>`;
    case 'table':
      return tableMarkup(block.table, numbering, { unfold: block.unfold });
    case 'figure': {
      const drawings = block.figures.map((each) => new Markup('kind' in each ? drawFigure(each).svg : each.svg));
      return markup`<figure>${drawings}<figcaption><b>Figure ${numbering.figure()}.</b> ${block.caption}</figcaption></figure>`;
    }
  }
}

/** What stands in the margins of every printed page. */
function pageMargins(title: string, writer: string): string {
  const font = 'font:8pt system-ui,"Liberation Sans",Arial,sans-serif;color:#545c66';
  const box = (place: string, content: string): string => `@${place}{content:${content};${font}}`;
  return `@page{${[
    box('top-left', cssText(shorten(title))),
    box('top-right', cssText(writer)),
    box('bottom-left', cssText('Research use only. Not for diagnosis or treatment.')),
    box('bottom-right', 'counter(page) " / " counter(pages)'),
  ].join('')}}`;
}

const shorten = (name: string): string => (name.length <= 80 ? name : `${name.slice(0, 79)}…`);

/** A CSS string: everything but letters, digits and blanks as an escape, so that it can end neither string nor element. */
function cssText(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `)}"`;
}

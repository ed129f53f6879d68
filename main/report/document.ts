/**
 * The report as one self-contained HTML file: styles, figures and pictures are inline, nothing is fetched, no script runs (its own
 * policy forbids both). It names no patient and no path.
 */
import { studyFigures } from '../../shared/figures/convergence-figures.ts';
import { describeEarlyStops } from '../../shared/run/run-words.ts';
import { bundleBanner, bundleMethods } from './text/bundle-note.ts';
import { checklistsSection, modelCardSection, type SectionNumbers } from './sections/checklists-section.ts';
import { figureMarkup } from './figures/figure-markup.ts';
import { dataSection } from './sections/data-section.ts';
import { detailsSection } from './sections/details-section.ts';
import { errorsSection } from './sections/mistakes-section.ts';
import { filtersSection } from './sections/filters-section.ts';
import { findLimitations } from './text/limitations.ts';
import { markup, Markup } from '../../shared/words/markup.ts';
import { methodsSections } from './text/methods.ts';
import { formatDateTime } from '../../shared/words/times.ts';
import { startNumbering, type Numbering } from './numbering.ts';
import { stepsOfResults, stepsTable } from '../../shared/results/tables/steps-table.ts';
import { paperSection } from './sections/paper-section.ts';
import { provenanceSection } from './sections/provenance-section.ts';
import type { ReportInput } from './report-input.ts';
import { REFERENCES } from './text/references.ts';
import { REPORT_STYLES } from './report-styles.ts';
import { resultsSection } from './sections/results-section.ts';
import { similaritySection } from './sections/similarity-section.ts';
import { tableMarkup } from './table.ts';
import { writeSummary } from './sections/summary.ts';
import { verdictSection } from './sections/verdict-section.ts';
import { weightsSection } from './sections/weights-section.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'; base-uri 'none'; form-action 'none'";

interface Section {
  id: string;
  title: string;
  body: Markup;
}

/** The whole file as text (UTF-8). */
export function renderReport(input: ReportInput): string {
  const numbering = startNumbering();
  const drafts: { id: string; title: string; body: Markup | ((numbers: SectionNumbers) => Markup) }[] = [
    { id: 'verdict', title: 'The answer for this data', body: verdictSection(input) },
    {
      id: 'data',
      title: 'Data',
      body: dataSection(input.dataset, input.characteristics, numbering, input.leakageProof),
    },
    { id: 'methods', title: 'Methods', body: methods(input) },
    { id: 'results', title: 'Results', body: results(input, numbering) },
    ...optional(
      'details',
      'Operating points, calibration and subgroups',
      detailsSection({ results: input.results, details: input.details ?? [], numbering }),
    ),
    ...optional('errors', 'Errors of the networks', errors(input, numbering)),
    ...optional('convergence', 'Convergence', convergence(input, numbering)),
    ...optional('filters', 'First-layer filters', filters(input, numbering)),
    ...optional('weights', 'Weights before and after training', weightsSection(input, numbering)),
    ...optional('similarity', 'What the networks compute', similaritySection(input, numbering)),
    { id: 'limitations', title: 'Limitations', body: limitations(input) },
    { id: 'provenance', title: 'Runs, software and hashes', body: provenanceSection(input, numbering) },
    { id: 'model-card', title: 'Model card', body: (numbers) => modelCardSection(input, numbers, numbering) },
    {
      id: 'checklists',
      title: 'Reporting checklists',
      body: (numbers) => checklistsSection(input, numbers, numbering),
    },
    { id: 'references', title: 'References', body: references() },
    { id: 'configuration', title: 'Configuration and files', body: configuration(input) },
  ];
  const numbers = new Map(drafts.map(({ id }, index) => [id, index + 1]));
  const sections: Section[] = drafts.map(({ id, title, body }) => ({
    ...{ id, title, body: typeof body === 'function' ? body(numbers) : body },
  }));
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Transfusion Lab ${input.appVersion}">
<meta name="referrer" content="no-referrer">
<title>${input.study.name} – study report</title>
<style>${new Markup(REPORT_STYLES)}${new Markup(pageMargins(input))}</style>
</head>
<body>
${heading(input, sections)}
<main>
${sections.map((section) => markup`<section aria-labelledby="${section.id}"><h2 id="${section.id}">${numbers.get(section.id)} ${section.title}</h2>\n${section.body}</section>\n`)}
</main>
<footer>Transfusion Lab ${input.appVersion}. Research use only: not a medical device, not for diagnosis or treatment. Report written ${formatDateTime(input.generatedAt, 'utc')}.</footer>
</body>
</html>
`.text;
}

function results(input: ReportInput, numbering: Numbering): Markup {
  const own = resultsSection(input.results, numbering);
  return markup`${own}\n${paperSection(input, numbering)}`;
}

function errors({ results, failures, mistakePictures: pictures }: ReportInput, numbering: Numbering): Markup | null {
  return failures === undefined ? null : errorsSection({ results, failures, numbering, pictures });
}

/** What stands in the margins of every printed page. */
function pageMargins({ study, generatedAt, appVersion }: ReportInput): string {
  const font = 'font:8pt system-ui,"Liberation Sans",Arial,sans-serif;color:#545c66';
  const box = (place: string, content: string): string => `@${place}{content:${content};${font}}`;
  return `@page{${[
    box('top-left', cssText(shorten(study.name))),
    box('top-right', cssText(`Transfusion Lab ${appVersion}, ${formatDateTime(generatedAt, 'utc')}`)),
    box('bottom-left', cssText('Research use only. Not for diagnosis or treatment.')),
    box('bottom-right', 'counter(page) " / " counter(pages)'),
  ].join('')}}`;
}

const shorten = (name: string): string => (name.length <= 80 ? name : `${name.slice(0, 79)}…`);

/** A CSS string: everything but letters, digits and blanks as an escape, so that it can end neither string nor element. */
function cssText(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `)}"`;
}

function heading(input: ReportInput, sections: readonly Section[]): Markup {
  const { question, paragraphs } = writeSummary(input);
  return markup`<header>
<p class="kicker">Study report · research use only</p>
<h1>${input.study.name}</h1>
<p class="meta">Dataset “${input.dataset.name}” · study created ${formatDateTime(input.study.createdAt, 'utc')} · report written ${formatDateTime(input.generatedAt, 'utc')} · Transfusion Lab ${input.appVersion}</p>
${
  input.results.synthetic &&
  markup`<p class="banner synthetic" role="note">Synthetic data. The images were generated by software and show no patient. Nothing in this report describes clinical performance.</p>`
}
<p class="banner" role="note">Research use only. Not a medical device; not for diagnosis or treatment.</p>
${bundleBanner(input.bundle)}
<p class="question">${question}</p>
<div class="summary">${paragraphs.map((paragraph) => markup`<p>${paragraph}</p>`)}</div>
<nav aria-label="Contents"><ul>${sections.map((section) => markup`<li><a href="#${section.id}">${section.title}</a></li>`)}</ul></nav>
</header>`;
}

function methods(input: ReportInput): Markup {
  const { study, dataset, weights } = input;
  const written = methodsSections({ spec: study.spec, protocol: study.protocol, dataset, weights });
  return markup`${written.map((section) => markup`<h3>${section.heading}</h3><p>${section.text}</p>`)}${bundleMethods(input.bundle)}`;
}

function optional(id: string, title: string, body: Markup | null): Section[] {
  return body === null ? [] : [{ id, title, body }];
}

function convergence(input: ReportInput, numbering: Numbering): Markup | null {
  const design = { arms: input.study.arms, thresholdAuc: input.results.thresholdAuc };
  const figures = (['validation-auc', 'training-loss'] as const).flatMap((kind) =>
    studyFigures(input.curves, design, kind).map(figureMarkup),
  );
  if (figures.length === 0) return null;
  const stops = describeEarlyStops(input.runs.map((run) => run.result));
  return markup`<figure>${figures}<figcaption><b>Figure ${numbering.figure()}.</b> Training over steps: each seed (thin), the mean over seeds (thick) where all seeds were scored, and one standard deviation over seeds to either side (band). Colour and dash mark the initialisation. Training losses are means over consecutive steps. Validation AUC is the mean over headline endpoints; it chose the checkpoint and is not a test result.${stops === null ? '' : ` ${stops}`}</figcaption></figure>
${tableMarkup(stepsTable(stepsOfResults(input.results)), numbering)}`;
}

function filters(input: ReportInput, numbering: Numbering): Markup | null {
  const blocks = filtersSection(input);
  if (blocks.length === 0) return null;
  return markup`<p><b>Figure ${numbering.figure()}.</b> Kernels of the first convolution before training, at the tested checkpoint, and their difference; one run per arm, its lowest seed. One picture element per weight, red, green and blue for the three input channels, mid grey for zero; the weight stated above each picture is drawn white in all its kernels.</p>
${blocks}`;
}

function limitations(input: ReportInput): Markup {
  return markup`<p>Found in the stored data:</p><ul class="plain">${findLimitations(input).map((text) => markup`<li>${text}</li>`)}</ul>`;
}

function references(): Markup {
  return markup`<ul class="plain">${REFERENCES.map((text) => markup`<li>${text}</li>`)}</ul>`;
}

function configuration(input: ReportInput): Markup {
  return markup`${
    input.files.length > 0 &&
    markup`<p>Files that belong to this report:</p><ul class="plain">${input.files.map((file) => markup`<li><span class="mono">${file.name}</span>: ${file.holds}</li>`)}</ul>`
  }<p>The study as it was configured, with every default written out:</p><pre tabindex="0">${input.configuration}</pre>`;
}

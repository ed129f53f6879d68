import { describe, expect, it } from 'vitest';
import { describeReport } from '../../../main/report/describe-report.ts';
import { renderHtml } from '../../../main/report/faces/html.ts';
import { findLimitations } from '../../../main/report/text/limitations.ts';
import type { ReportInput } from '../../../main/report/report-input.ts';
import { answerSection } from '../../../main/report/sections/answer-section.ts';
import { formatInterval, formatNumber, formatP, formatSigned } from '../../../shared/words/numbers.ts';
import { concludedComparisons } from '../../../shared/results/conclusion.ts';
import { htmlOf, reportHtml } from './html-of.ts';
import { madeUpReport } from './made-up-report.ts';

const input = madeUpReport();
const html = reportHtml(input);
/** Visible text without tags and styles. */
const text = html
  .replace(/<style>.*?<\/style>/s, '')
  .replace(/<[^>]*>/g, '')
  .replaceAll('&#39;', "'");

/** What a missing value would print (the methods text itself says that an AUC is undefined). */
const BROKEN = /\bNaN\b|\[object|(?<!AUC is )undefined/;

/** From a seed, which leads to its run, to the end of its AUC. */
function seedRow(runId: string, seed: number, auc: string): string {
  return `<a class="run" href="#run-${runId}">seed ${seed}</a></th><td class="n"></td><td class="n">${auc}`;
}

function hostile(): ReportInput {
  const attack = "<script>alert(1)</script>\"onload='x' & more";
  const bad = structuredClone(input);
  bad.study.name = attack;
  bad.results.studyName = attack;
  bad.dataset.name = attack;
  bad.dataset.target.outputs[0] = attack;
  bad.dataset.target.mapping = attack;
  bad.dataset.patientRule = attack;
  (bad.dataset.flow[1] as { note: string }).note = attack;
  for (const endpoint of bad.results.endpoints) endpoint.name = attack;
  for (const endpoint of bad.dataset.target.endpoints) endpoint.name = attack;
  for (const arm of bad.results.arms) arm.initLabel = `transfer(${attack})`;
  for (const run of bad.runs) run.initLabel = `transfer(${attack})`;
  for (const set of bad.weights) set.origin = attack;
  bad.configuration = attack;
  return bad;
}

describe('the report file', () => {
  it('escapes hostile names everywhere', () => {
    const page = reportHtml(hostile());
    expect(page).not.toMatch(/<script/i);
    expect(page).not.toContain('"onload');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<[^>]*\sonload=/);
  });

  it('refers to nothing outside itself and forbids scripts', () => {
    for (const [, target] of html.matchAll(/(?:src|href|srcset|action|data|poster)\s*=\s*"([^"]*)"/g)) {
      expect(target).toMatch(/^(#[\w-]+|data:image\/png;base64,[\w+/=]+)$/);
    }
    // The name of SVG in a figure, which also stands alone as a file, is no address.
    const addresses = html.replaceAll(' xmlns="http://www.w3.org/2000/svg"', '');
    expect(addresses).not.toMatch(/url\(|@import|<link|<script|<iframe|<object|https?:/i);
    expect(html).toContain("default-src 'none'");
  });

  it('says of a report from a bundle who computed what', () => {
    expect(html).not.toContain('Made from a study bundle');
    const bundle = {
      ...{ sha256: 'ab'.repeat(32), exportedAt: '2025-01-02T10:00:00.000Z', openedAt: '2025-01-03T10:00:00.000Z' },
      ...{ appVersion: '0.1.0', recomputed: { numbers: 1234, different: 0 } },
    };
    const page = reportHtml({ ...input, bundle });
    expect(page).toContain('Made from a study bundle');
    expect(page).toContain('All 1,234 numbers of its results were computed again');
    expect(page).toContain('ab'.repeat(32));
    expect(page).toContain('not recomputed: training itself');
    const other = reportHtml({ ...input, bundle: { ...bundle, recomputed: { numbers: 1234, different: 2 } } });
    expect(other).toContain('2 of the 1,234 numbers');
  });

  it('links every entry of the contents to a section', () => {
    for (const [, id] of html.matchAll(/href="#([\w-]+)"/g)) {
      expect(html).toContain(id?.startsWith('run-') === true ? `<tr id="${id}">` : `<h2 id="${id}">`);
    }
  });

  it('prints the numbers of the results', () => {
    for (const arm of input.results.arms) {
      for (const endpoint of arm.endpoints) {
        expect(text).toContain(formatNumber(endpoint.mean));
        expect(text).toContain(formatInterval(endpoint.low, endpoint.high).slice(1, -1));
        expect(text).toContain((endpoint.sd as number).toFixed(3));
        for (const run of endpoint.runs) expect(html).toContain(seedRow(run.runId, run.seed, formatNumber(run.auc)));
      }
    }
    for (const comparison of input.results.comparisons) {
      expect(text).toContain(Math.abs(comparison.difference).toFixed(3));
      expect(html).toContain(formatP(comparison.p).replace('<', '&lt;'));
    }
    for (const endpoint of input.results.endpoints) {
      expect(text).toContain(`${endpoint.positives} positive, ${endpoint.negatives} negative`);
    }
  });

  it('prints every run with its seed, step, hash and every data number', () => {
    for (const run of input.runs) {
      expect(text).toContain(run.id);
      expect(text).toContain(run.result?.predictionsSha256.slice(0, 8));
    }
    expect(text).toContain(input.dataset.contentHash);
    expect(text).toContain(input.weights[0]?.sha256);
    for (const split of input.dataset.splits)
      expect(text).toContain(`${split.images} images, ${split.patients} patients`);
    expect(text).toContain('every patient is in exactly one part');
  });

  it('marks synthetic data and research use, and names no path', () => {
    expect(text).toContain('Synthetic data. The images were generated by software');
    expect(text).toContain('Research use only');
    expect(html).not.toContain(input.dataset.folder);
    const real = {
      ...input,
      dataset: { ...input.dataset, synthetic: false },
      results: { ...input.results, synthetic: false },
    };
    expect(reportHtml({ ...real, weights: [] })).not.toMatch(/synthetic (data|images)/i);
  });

  it('has tables with captions and scoped headers, and figures with a text', () => {
    const tables = [...html.matchAll(/<table>.*?<\/table>/gs)].map(([table]) => table);
    expect(tables.length).toBeGreaterThanOrEqual(7);
    for (const table of tables) {
      expect(table).toMatch(/^<table><caption><b>Table \d+\.<\/b> /);
      expect(table).not.toMatch(/<th(?!ead| scope=)/);
    }
    for (const [figure] of html.matchAll(/<svg class="figure"[^>]*>/g))
      expect(figure).toMatch(/role="img" aria-label="[^"]{20,}"/);
    for (const [image] of html.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/alt="[^"]+"/);
  });

  it('numbers tables and figures without gaps', () => {
    for (const word of ['Table', 'Figure']) {
      const numbers = [...html.matchAll(new RegExp(`<b>${word} (\\d+)\\.</b>`, 'g'))].map(([, number]) =>
        Number(number),
      );
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  it('has no NaN, undefined or [object Object]', () => {
    expect(html).not.toMatch(BROKEN);
  });

  it('can be written before any run has finished', () => {
    const empty = madeUpReport();
    const results = structuredClone(empty.results);
    for (const arm of results.arms) {
      arm.runsFinished = 0;
      arm.stepsToThreshold = [];
      arm.medianStepsToThreshold = arm.meanSeconds = arm.meanStepMs = null;
      for (const endpoint of arm.endpoints) {
        Object.assign(endpoint, {
          mean: null,
          sd: null,
          low: null,
          high: null,
          runs: [],
          why: 'No run of this arm has finished.',
        });
      }
    }
    results.comparisons = [];
    const runs = empty.runs.map((run) => ({ ...run, state: 'queued' as const, result: null }));
    const page = reportHtml({ ...empty, results, runs, curves: [], filters: [] });
    expect(page).toContain('No run has finished yet.');
    expect(page).toContain('No run of this arm has finished.');
    expect(page).not.toMatch(BROKEN);
    expect(page).not.toContain('Validation AUC over steps');
  });
});

describe('the first section', () => {
  const html = htmlOf(answerSection(input));

  it('asks the question of the study, and gives the verdict before anything else', () => {
    expect(html).toContain('made-up fundus set');
    expect(html).toContain('transfer(natural-phantoms), mean-var(natural-phantoms) or gabor');
    expect(html.indexOf('against random')).toBeLessThan(html.indexOf('<table>'));
  });

  it('draws each difference with the interval that the verdict rests on, and no other', () => {
    for (const { difference, shown } of concludedComparisons(input.results)) {
      expect(html).toContain(`>${formatSigned(difference)}</text>`);
      expect(html).toContain(`>${formatInterval(shown?.low, shown?.high, formatSigned)}</text>`);
    }
    expect(html).not.toContain('patients only');
  });

  it('is as long for sixty comparisons as for three', () => {
    const several = structuredClone(input);
    const [row] = several.results.comparisons;
    if (row === undefined) throw new Error('no comparison');
    several.results.comparisons = Array.from({ length: 60 }, (_, i) => ({ ...row, difference: (i - 30) / 1000 }));
    const long = htmlOf(answerSection(several));
    expect(long.match(/<rect x="[\d.]+" y="[\d.]+" width="9"/g)).toHaveLength(60);
    const words = (page: string) => page.replace(/<svg.*?<\/svg>/gs, '').replace(/<[^>]*>/g, '').length;
    expect(words(long)).toBeLessThan(1.5 * words(html));
  });
});

describe('appendices', () => {
  it('are folded in the file to be read, and printed only where they were chosen', () => {
    const document = describeReport(input);
    expect(html.match(/<details>/g)).toHaveLength(document.appendices.length);
    const printed = renderHtml(document, ['runs']);
    expect(printed.match(/<details open>/g)).toHaveLength(1);
    expect(printed).toContain('Appendix D: Runs, hashes and configuration');
    expect(printed).not.toContain('"statistics"');
    expect(renderHtml(document, [])).not.toContain('<details');
  });
});

describe('limitations', () => {
  const found = findLimitations(input).join('\n');
  it('finds what the data show', () => {
    expect(found).toContain('synthetic phantoms');
    expect(found).toContain('does not say from which sites');
    expect(found).toContain('Testing was internal');
    expect(found).toMatch(/Fewer than 30 test images of a class: Proliferative DR \(\d+ positive/);
    expect(found).toContain('validation set has fewer than 30 positive images for Referable DR');
    expect(found).toContain('1 run never reached');
    expect(found).toContain('trained twice');
  });

  it('warns of missing patients, one site, one seed and unfinished runs', () => {
    const worse = structuredClone(input);
    worse.dataset.patientIdKnown = false;
    worse.sites = 1;
    worse.study.spec.seeds = [0];
    worse.runs = worse.runs.map((run, i) => (i === 0 ? { ...run, state: 'failed', result: null } : run));
    const list = findLimitations(worse).join('\n');
    expect(list).toContain('names no patients');
    expect(list).toContain('single site');
    expect(list).toContain('trained once');
    expect(list).toContain('1 run of 8 has no result (1 failed)');
  });
});

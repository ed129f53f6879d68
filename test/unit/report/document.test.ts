import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../main/report/document.ts';
import { findLimitations } from '../../../main/report/text/limitations.ts';
import type { ReportInput } from '../../../main/report/report-input.ts';
import { writeSummary } from '../../../main/report/sections/summary.ts';
import { formatInterval, formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import { madeUpReport } from './made-up-report.ts';

const input = madeUpReport();
const html = renderReport(input);
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

function escapePattern(text: string): string {
  return text.replace(/[+.]/g, '\\$&');
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
    const page = renderReport(hostile());
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
    const page = renderReport({ ...input, bundle });
    expect(page).toContain('Made from a study bundle');
    expect(page).toContain('All 1,234 numbers of its results were computed again');
    expect(page).toContain('ab'.repeat(32));
    expect(page).toContain('not recomputed: training itself');
    const other = renderReport({ ...input, bundle: { ...bundle, recomputed: { numbers: 1234, different: 2 } } });
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
    expect(renderReport({ ...real, weights: [] })).not.toMatch(/synthetic (data|images)/i);
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
    const page = renderReport({ ...empty, results, runs, curves: [], filters: [] });
    expect(page).toContain('0 of 8 runs have finished');
    expect(page).toContain('No run of this arm has finished.');
    expect(page).not.toMatch(BROKEN);
    expect(page).not.toContain('Convergence</h2>');
  });
});

describe('the summary', () => {
  const { question, paragraphs } = writeSummary(input);
  const all = paragraphs.join(' ');

  it('asks the question of the study', () => {
    expect(question).toContain('made-up fundus set');
    expect(question).toContain('transfer(natural-phantoms), mean-var(natural-phantoms) or gabor');
  });

  it('gives each difference over patients and seeds, and says where the data cannot tell', () => {
    for (const { adjusted } of judgeComparisons(input.results)) {
      const range = formatRange(adjusted?.low, adjusted?.high, formatSigned);
      const zero = (adjusted?.low ?? 0) <= 0 && (adjusted?.high ?? 0) >= 0;
      expect(all).toMatch(
        new RegExp(
          `difference ${escapePattern(range)} over patients and seeds, adjusted for \\d comparisons, [^:]*: ${zero ? 'these data cannot tell' : 'the interval excludes zero'}`,
        ),
      );
    }
    expect(all).toContain('3 comparisons were made');
  });

  it('does not speak about initialisations where seeds vary more than arms differ', () => {
    const noisy = structuredClone(input);
    const [reference] = noisy.results.arms;
    (reference?.endpoints[0] as { sd: number }).sd = 0.5;
    const text = writeSummary(noisy).paragraphs.join(' ');
    expect(text).not.toContain('excludes zero');
    expect(text.match(/cannot tell/g)).toHaveLength(3);
  });

  it('says what one seed allows to say', () => {
    const single = structuredClone(input);
    for (const arm of single.results.arms) for (const endpoint of arm.endpoints) endpoint.sd = null;
    const text = writeSummary(single).paragraphs.join(' ');
    expect(text).toContain(
      'it excludes zero for the networks trained here, and with one seed nothing is known about others',
    );
    expect(text).toContain('variation between repeated trainings cannot be seen');
    expect(renderReport(single)).toContain('Needs two finished seeds in both arms.');
  });

  it('lists several endpoints by what their intervals say', () => {
    const several = structuredClone(input);
    for (const endpoint of several.results.endpoints) endpoint.headline = true;
    for (const arm of several.results.arms) for (const endpoint of arm.endpoints) endpoint.sd = null;
    const reference = several.results.arms[0]?.armId as string;
    several.results.comparisons = several.results.arms.slice(1).flatMap((arm) =>
      several.results.endpoints.map((endpoint, i) => ({
        endpointId: endpoint.id,
        armA: arm.armId,
        armB: reference,
        difference: i === 0 ? 0.1 : 0.01,
        se: i === 0 ? 0.025 : 0.015,
        low: i === 0 ? 0.05 : -0.02,
        high: i === 0 ? 0.15 : 0.04,
        z: 1,
        p: 0.5,
        why: null,
      })),
    );
    const written = writeSummary(several).paragraphs.join(' ');
    expect(written).toContain('higher for Referable DR (+0.100, +0.050 to +0.150)');
    expect(written).toContain('for Proliferative DR (+0.010, −0.020 to +0.040) the 95 % interval includes zero');
    expect(written).toContain('95 % intervals over test patients');
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

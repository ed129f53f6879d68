/** `stats roc` and `stats compare` with what they add on request, on the data of `test/peers/statistics_peers.py`. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, peers } from '../analysis/peers.ts';
import { json, stats } from './stats-runner.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
const file = (name: string): string => path.join(folder, name);
const { labels, patients, a, b } = peers.data;
const { split } = peers.thresholds;
const SITES = ['north', 'south', ''];

function writeTable(name: string, from: number, to: number): void {
  const rows = labels.map((label, i) => [label, `P${patients[i]}`, SITES[i % 3], a[i], b[i]].join(',')).slice(from, to);
  fs.writeFileSync(file(name), ['label,patient,site,first,second', ...rows].join('\n'));
}

/** float64, C order, format 1.0. */
function writeNpy(name: string, shape: number[], values: number[]): void {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.alloc(118, ' ');
  header.write(`${text}`);
  header[117] = 10;
  const length = Buffer.from([118, 0]);
  const magic = Buffer.from('\u0093NUMPY\u0001\u0000', 'latin1');
  fs.writeFileSync(file(name), Buffer.concat([magic, length, header, Buffer.from(Float64Array.from(values).buffer)]));
}

beforeAll(() => {
  folder = makeTemporaryFolder('stats');
  writeTable('all.csv', 0, labels.length);
  writeTable('validation.csv', 0, split);
  writeTable('test.csv', split, labels.length);
  writeNpy(
    'scores.npy',
    [labels.length, 2],
    a.flatMap((score, i) => [score, b[i] as number]),
  );
  writeNpy('one.npy', [labels.length], a);
  writeNpy('labels.npy', [labels.length], labels);
  writeNpy('patients.npy', [labels.length], patients);
  writeNpy('short.npy', [2], [1, 0]);
});

interface Interval {
  value: number;
  low: number;
  high: number;
  se: number;
}

interface Roc {
  intervalKind: string;
  scores: { score: string; auc: number; se: number }[];
  bootstrap: { draws: number; units: string; scores: { auc: Interval; averagePrecision: Interval }[] };
  calibration: { brier: Interval; slope: Interval; equalWidth: { ece: number; curve: unknown[] } }[];
  operatingPoints: {
    score: string;
    threshold: number;
    rates: { intervalKind: string; sensitivity: Interval; lrPositive: Interval; atPrevalence: { ppv: Interval } };
  }[];
  subgroups: { variable: string; unknown: number; subgroups: { name: string }[] }[];
  decisionCurve: { points: { threshold: number }[] }[];
}

describe('stats roc', () => {
  it('bootstraps by patient, the same for the same seed', async () => {
    const first = await json<Roc>('roc', file('all.csv'), '--cluster', 'patient', '--bootstrap');
    expect(first.bootstrap).toMatchObject({ draws: 2000, units: 'patients', stratified: true, seed: 1 });
    expectClose(first.bootstrap.scores[0]?.auc.se, first.scores[0]?.se as number, 0.1);
    const again = await json<Roc>('roc', file('all.csv'), '--bootstrap', '2000', '--seed', '1');
    expect(again.bootstrap).toEqual(first.bootstrap);
    const other = await json<Roc>('roc', file('all.csv'), '--bootstrap', '--seed', '2', '--unstratified');
    expect(other.bootstrap.scores[0]?.auc.low).not.toBe(first.bootstrap.scores[0]?.auc.low);
    expect(JSON.stringify(first)).not.toContain('perDraw');
  });

  it('bootstraps without being asked where rows outnumber patients, with the analytic interval beside it', async () => {
    const asked = await json<Roc>('roc', file('all.csv'), '--bootstrap', '2000');
    expect((await json<Roc>('roc', file('all.csv'))).bootstrap).toEqual(asked.bootstrap);
    const { stdout } = await stats('roc', file('all.csv'));
    expect(stdout).toMatch(/Intervals: 95 %, bootstrap by patient, and beside it DeLong clustered by patient/);
    expect(stdout).toMatch(/AUC +95 % CI +SE +Skipped +95 % CI .*\n +bootstrap +bootstrap +draws +Obuchowski/);
    expect((await json<Partial<Roc>>('roc', file('all.csv'), '--no-bootstrap')).bootstrap).toBeUndefined();
    expect((await json<Partial<Roc>>('roc', file('all.csv'), '--no-patient')).bootstrap).toBeUndefined();
    const compared = await stats('compare', file('test.csv'));
    expect(compared.stdout).toMatch(/95 % CI +SE +p +95 % CI +z +p/);
    expect((await stats('compare', file('test.csv'), '--no-bootstrap')).stdout).not.toContain('bootstrap');
  });

  it('draws rows where there are no patients', async () => {
    const result = await json<Roc>('roc', file('all.csv'), '--no-patient', '--bootstrap', '200');
    expect(result.bootstrap).toMatchObject({ units: 'rows', draws: 200 });
    expect(result.intervalKind).toBe('delong');
  });

  it('calibrates, and tells the decision curve', async () => {
    const { calibration, decisionCurve } = await json<Roc>(
      ...[
        'roc',
        file('all.csv'),
        '--score',
        'first',
        '--calibration',
        '--decision-curve',
        '0.1:0.5',
        '--bootstrap',
        '200',
      ],
    );
    expectClose(calibration[0]?.brier.value, peers.calibration.brier, 1e-12);
    expectClose(calibration[0]?.slope.se, peers.calibration.a.slope_se_clustered, 1e-6);
    expectClose(calibration[0]?.equalWidth.ece, peers.calibration.ece_width.a, 1e-12);
    expect(decisionCurve[0]?.points).toHaveLength(51);
    expect(decisionCurve[0]?.points[50]?.threshold).toBe(0.5);
  });

  it('applies thresholds of the validation table, frozen', async () => {
    const options = ['--validation', file('validation.csv'), '--score', 'first', '--prevalence', '0.1'];
    const { operatingPoints } = await json<Roc>('roc', file('test.csv'), '--no-patient', ...options);
    const expected = Object.values(peers.thresholds.rules);
    expect(operatingPoints).toHaveLength(expected.length);
    operatingPoints.forEach(({ threshold, rates }, i) => {
      expect(threshold).toBe(expected[i]?.threshold);
      expect(rates.intervalKind).toBe('wilson');
      expectClose(rates.lrPositive.high, expected[i]?.test.lr_positive[2] as number);
      expectClose(rates.atPrevalence.ppv.value, expected[i]?.test.ppv_at_10[0] as number);
    });
    const clustered = await json<Roc>('roc', file('test.csv'), ...options, '--bootstrap', '200', '--rule', 'youden');
    expect(clustered.operatingPoints).toHaveLength(1);
    expect(clustered.operatingPoints[0]?.rates.intervalKind).toBe('cluster-bootstrap');
  });

  it('splits into subgroups, and a subgroup column is no score', async () => {
    const { subgroups, scores } = await json<Roc>('roc', file('all.csv'), '--subgroup', 'site', '--bootstrap', '200');
    expect(scores.map(({ score }) => score)).toEqual(['first', 'second']);
    expect(subgroups.map(({ variable }) => variable)).toEqual(['site', 'site']);
    expect(subgroups[0]?.subgroups.map(({ name }) => name)).toEqual(['north', 'south']);
    expect(subgroups[0]?.unknown).toBe(100);
  });

  it('prints every section, and what the intervals rest on', async () => {
    const { stdout, stderr } = await stats(
      ...['roc', file('test.csv'), '--calibration', '--decision-curve', '0.1:0.4', '--subgroup', 'site'],
      ...['--validation', file('validation.csv'), '--rule', 'sensitivity:0.9'],
    );
    for (const text of ['Scaled Brier', 'Net benefit', 'sensitivity of at least 0.9', 'Subgroups of first by site']) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toMatch(/Bootstrap: 2,000 draws of \d+ patients with all their rows, stratified .*, seed 1/);
    expect(stderr).toContain('Bootstrap 100% (2000 of 2000)');
  });

  it('reads .npy files, by columns of models', async () => {
    const table = await json<Roc>('roc', file('all.csv'), '--bootstrap', '100');
    const arrays = await json<Roc>(
      ...['roc', file('scores.npy'), '--label', file('labels.npy'), '--patient', file('patients.npy')],
      ...['--bootstrap', '100'],
    );
    expect(arrays.scores.map(({ score }) => score)).toEqual(['scores[0]', 'scores[1]']);
    expect(arrays.scores.map(({ auc, se }) => [auc, se])).toEqual(table.scores.map(({ auc, se }) => [auc, se]));
    expect(arrays.bootstrap.scores[0]?.auc).toEqual(table.bootstrap.scores[0]?.auc);
    const validated = await json<Roc>(
      ...['roc', file('one.npy'), '--label', file('labels.npy'), '--rule', 'youden'],
      ...['--validation', file('one.npy'), '--validation-label', file('labels.npy')],
    );
    expect(validated.operatingPoints).toHaveLength(1);
    expect(validated.scores[0]?.score).toBe('one');
  });

  it.each([
    [['scores.npy'], [], 'Expected the file of labels'],
    [['scores.npy'], ['--label', 'short.npy'], 'Expected 300 labels, one per row of scores, found the shape (2)'],
    [['short.npy'], ['--label', 'one.npy'], 'Expected 2 labels'],
    [['one.npy'], ['--label', 'one.npy'], 'Expected labels 0, 1 or NaN (unknown)'],
    [['one.npy'], ['--label', 'labels.npy', '--score', 'x'], 'for tables with named columns'],
    [['all.csv'], ['--rule', 'youden'], 'Expected a validation table'],
    [['all.csv'], ['--prevalence', '0.1'], 'Expected a validation table'],
    [['all.csv'], ['--prevalence', '1'], 'Expected a number between 0 and 1'],
    [['all.csv'], ['--validation', 'all.csv', '--rule', 'best'], 'Expected youden, sensitivity:S or specificity:S'],
    [['all.csv'], ['--subgroup', 'sex'], 'Expected a column "sex"'],
    [['all.csv'], ['--bootstrap', '10'], 'Expected a whole number from 100'],
    [['all.csv'], ['--decision-curve', '0.5:0.1'], 'Expected FROM:TO'],
  ])('refuses %j with %j', async ([name], options, message) => {
    const argv = options.map((option) => (/\.(npy|csv)$/.test(option) ? file(option) : option));
    const { code, stderr } = await stats('roc', file(name as string), ...argv);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

interface Compare {
  comparisons: { difference: number; se: number; p: number }[];
  bootstrap: (Interval & { p: number; margin: { lower: number; nonInferior: { holds: boolean } } })[];
  margin: { lower: number; nonInferior: { p: number; holds: boolean } }[];
  adjusted: { method: string; tests: { adjusted: number }[] };
  calls: { all: { patients: number } }[];
}

describe('stats compare', () => {
  it('gives paired bootstrap differences, the margin on both, adjusted p-values and calls', async () => {
    const result = await json<Compare>(
      ...['compare', file('test.csv'), '--bootstrap', '--margin', '0.05', '--adjust', 'benjamini-hochberg'],
      ...['--validation', file('validation.csv')],
    );
    const [pair] = result.comparisons;
    const [drawn] = result.bootstrap;
    expect(drawn?.value).toBe(pair?.difference);
    expectClose(drawn?.se, pair?.se as number, 0.15);
    expect(result.margin[0]?.nonInferior.holds).toBe((result.margin[0]?.lower as number) > -0.05);
    expect(drawn?.margin.lower).toBe(drawn?.low);
    expect(result.adjusted).toMatchObject({ method: 'benjamini-hochberg', tests: [{ adjusted: pair?.p }] });
    expect(result.calls).toHaveLength(3);
    expect(result.calls[0]?.all.patients).toBe(new Set(patients.slice(split)).size);
  });

  it('prints them', async () => {
    const { stdout } = await stats(
      ...['compare', file('test.csv'), '--bootstrap', '200', '--margin', '0.3', '--adjust', 'holm'],
      ...['--validation', file('validation.csv'), '--rule', 'youden'],
    );
    expect(stdout).toMatch(/Bootstrap\n +first +second .* shown /);
    expect(stdout).toContain('by Holm');
    expect(stdout).toContain('exact McNemar test by patients');
    expect(stdout).not.toContain('--adjust');
  });
});

describe('stats size', () => {
  it.each(peers.precision)('AUC $auc, width $width, prevalence $prevalence', async (item) => {
    const { auc, width, prevalence, design_effect: effect, positives, negatives } = item;
    const options = ['--auc', auc, '--width', width, '--prevalence', prevalence].map(String);
    const clusters =
      effect > 1 ? ['--images-per-patient', '2', '--alike', String(Number((effect - 1).toFixed(6)))] : [];
    const result = await json<{ positives: number; negatives: number; patients: number; power: null }>(
      ...['size', ...options, ...clusters],
    );
    expect(result).toMatchObject({ positives, negatives, power: null });
    expect(result.patients).toBe(Math.ceil((positives + negatives) / (effect > 1 ? 2 : 1)));
  });

  it('adds the power against a second model', async () => {
    const options = ['--auc', '0.9', '--width', '0.05', '--prevalence', '0.1'];
    const { stdout } = await stats('size', ...options, '--against', '0.94');
    expect(stdout).toMatch(/Power to tell 0.9 from 0.94 .*: \d+ %/);
    const { code, stderr } = await stats('size', '--auc', '0.9', '--prevalence', '0.1', '--width', '1e-7');
    expect(code).not.toBe(0);
    expect(stderr).toContain('Ask for a wider interval');
  });
});

describe('stats compare --other', () => {
  const columns = ['--score', 'first'];

  it('is the unpaired test of two tables, by rows without patients', async () => {
    const result = await json<{ comparisons: Record<string, number>[]; sharedPatients: number }>(
      ...['compare', file('validation.csv'), '--other', file('test.csv'), ...columns, '--no-patient'],
    );
    expect(result.comparisons).toHaveLength(1);
    expect(result.sharedPatients).toBe(0);
    const [one, two] = await Promise.all(
      ['validation.csv', 'test.csv'].map((name) => json<Roc>('roc', file(name), ...columns, '--no-patient')),
    );
    const [row] = result.comparisons;
    expectClose(row?.['aucA'], one?.scores[0]?.auc as number);
    expectClose(row?.['difference'], (one?.scores[0]?.auc ?? 0) - (two?.scores[0]?.auc ?? 0));
    expectClose(row?.['se'], Math.hypot(one?.scores[0]?.se ?? 0, two?.scores[0]?.se ?? 0));
  });

  it('says where names of patients stand in both tables, and refuses what is paired', async () => {
    const { stdout } = await stats('compare', file('all.csv'), '--other', file('test.csv'));
    expect(stdout).toContain('patient names stand in both tables');
    expect(stdout).toMatch(/first +first/);
    expect(stdout).toMatch(/second +second/);
    const refused = await stats('compare', file('all.csv'), '--other', file('test.csv'), '--margin', '0.02');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/--other.*cannot be used with.*--margin/);
  });
});

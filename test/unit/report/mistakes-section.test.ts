import { describe, expect, it } from 'vitest';
import { errorsSection } from '../../../main/report/sections/mistakes-section.ts';
import { renderReport } from '../../../main/report/document.ts';
import { startNumbering } from '../../../main/report/numbering.ts';
import { runAnchor } from '../../../main/report/run-link.ts';
import type { StudyFailures } from '../../../main/analysis/mistakes/failures.ts';
import { madeUpFailures } from './made-up-failures.ts';
import { madeUpReport } from './made-up-report.ts';

const report = madeUpReport();
const { results, runs } = report;
const failures = madeUpFailures;

const render = (given: StudyFailures): string =>
  errorsSection({ results, failures: given, numbering: startNumbering({ figures: 0, tables: 0 }) })?.text ?? '';

describe('errorsSection', () => {
  const html = render(failures);

  it('tabulates every run, linked to its row in the table of runs, and the mean of an arm', () => {
    expect(html).toContain('each run at its own threshold, chosen on its validation images (largest Youden index)');
    expect(html).toContain('3 images with an unknown label are left out.');
    for (const { id } of runs) expect(html).toContain(`href="#${runAnchor(id)}"`);
    expect(html).toContain('25.0 %'); // (8 + 40) / 192
    expect(html.match(/>8\.5</g)).toHaveLength(4); // 8 and 9 of its two runs
  });

  it('says what arms share, and what chance would give', () => {
    expect(html).toContain(
      'No run gets 100 of the 192 images wrong; all 8 runs get 2 wrong (1 missed, 1 false alarms).',
    );
    expect(html).toContain('fewer than 0.1 would be expected');
    expect(html).toContain('<span class="mono">img-one</span>');
  });

  it('gives errors by subgroup with their share, none below the floor', () => {
    expect(html).toContain('22.5 %'); // 4.5 of 20
    expect(html).toContain('20.0 %'); // 14 of 70
    expect(html).toContain('too few');
  });

  it('lists doubtful labels with their reason as text, and calls the AUC without them exploratory', () => {
    expect(html).toContain('2 images of the dataset were marked');
    expect(html).toContain('1 in train and 1 in test');
    expect(html).toContain('The &lt;label&gt; contradicts');
    expect(html).toContain('8 of 8');
    expect(html).toContain('Exploratory: mean test AUC without the marked images');
    expect(render({ ...failures, marks: [], withoutMarked: [] })).toContain('No image of the dataset was marked');
  });

  it('fills CLAIM 39 and STARD-AI 30 with the number of the section', () => {
    const whole = renderReport({ ...report, failures });
    const number = /<h2 id="errors">(\d+) /.exec(whole)?.[1] ?? 'none';
    for (const topic of ['Errors of the model', 'Results of the index test by reference standard']) {
      const row = whole.slice(whole.indexOf(`<td>${topic}</td>`));
      expect(row.slice(0, row.indexOf('</tr>'))).toContain(`<a href="#errors">${number}</a>`);
    }
    for (const { id } of runs) expect(whole).toContain(`<tr id="${runAnchor(id)}"`);
  });
});

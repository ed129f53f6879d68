import { describe, expect, it } from 'vitest';
import { runAnchor } from '../../../main/report/blocks.ts';
import { thresholdsSection } from '../../../main/report/sections/thresholds-section.ts';
import type { StudyFailures } from '../../../main/analysis/mistakes/failures.ts';
import { htmlOf, reportHtml } from './html-of.ts';
import { madeUpFailures } from './made-up-failures.ts';
import { madeUpReport } from './made-up-report.ts';

const report = madeUpReport();
const { runs } = report;
const failures = madeUpFailures;

const render = (given: StudyFailures): string => htmlOf(thresholdsSection({ ...report, failures: given }));

describe('mistakes in the report', () => {
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

  it('lead to runs that are there', () => {
    const whole = reportHtml({ ...report, failures });
    for (const { id } of runs) expect(whole).toContain(`<tr id="${runAnchor(id)}"`);
  });
});

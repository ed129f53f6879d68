import { describe, expect, it } from 'vitest';
import { statisticsSection } from '../../../main/report/sections/statistics-section.ts';
import { paperRows } from '../../../shared/templates/template-results.ts';
import { htmlOf } from './html-of.ts';
import { madeUpReport } from './made-up-report.ts';

/** From the paper's table to the end of it. */
function text(input: ReturnType<typeof madeUpReport>): string {
  const found = statisticsSection(input).filter(
    (block) => block.kind === 'table' && block.table.columns.some(({ head }) => head.startsWith('Paper')),
  );
  return htmlOf(found);
}

describe("the paper's numbers in a report", () => {
  it('stand beside the arms of a template that the paper has numbers for, and are not compared', () => {
    const input = madeUpReport({ template: 'table-1' });
    const section = text(input);
    expect(section).toContain('Paper (its own data)');
    expect(section).toContain('no statistical comparison with them is made');
    expect(section.match(/<td[^>]*>0\.958 <br>/g)).toHaveLength(2);
    expect(section).not.toContain('mean-var');
  });

  it('are left out for other studies and other kinds of images', () => {
    expect(text(madeUpReport())).toBe('');
    expect(text(madeUpReport({ template: 'batch-norm' }))).toBe('');
    const input = madeUpReport({ template: 'table-1' });
    expect(text({ ...input, dataset: { ...input.dataset, modality: 'cxr' } })).toBe('');
  });

  it('are for the headline only', () => {
    const { study, results } = madeUpReport({ template: 'table-1' });
    const further = results.endpoints.find(({ headline }) => !headline);
    const rows = (endpointId: string) =>
      paperRows({ spec: study.spec, arms: study.arms, modality: 'fundus', results, endpointId });
    expect(rows(results.endpoints.find(({ headline }) => headline)?.id ?? '')).toHaveLength(2);
    if (further !== undefined) expect(rows(further.id)).toEqual([]);
  });
});

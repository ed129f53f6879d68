import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../main/report/document.ts';
import { paperSection } from '../../../main/report/sections/paper-section.ts';
import { startNumbering } from '../../../main/report/numbering.ts';
import { paperRows } from '../../../shared/templates/template-results.ts';
import { madeUpReport } from './made-up-report.ts';

const text = (input: ReturnType<typeof madeUpReport>) =>
  paperSection(input, startNumbering({ figures: 0, tables: 4 }))?.text ?? '';

describe("the paper's numbers in a report", () => {
  it('stand beside the arms of a template that the paper has numbers for, and are not compared', () => {
    const input = madeUpReport({ template: 'table-1' });
    const section = text(input);
    expect(section).toContain('<b>Table 5.</b>');
    expect(section).toContain('Paper (its own data)');
    expect(section).toContain('no statistical comparison with them is made');
    expect(section.match(/<td[^>]*>0\.958 <br>/g)).toHaveLength(2);
    expect(section).not.toContain('mean-var');
    expect(renderReport(input)).toContain('Beside the paper');
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

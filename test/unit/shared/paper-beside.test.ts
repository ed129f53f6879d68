import { describe, expect, it } from 'vitest';
import { agreementTable, PAPER_FOUND, paperTables } from '../../../shared/templates/paper-beside.ts';
import { STUDY_TEMPLATES } from '../../../shared/templates/templates.ts';
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import type { PlannedStudy } from '../../../shared/results/tables/paper-table.ts';
import { tableCsv } from '../../../shared/tables/csv-face.ts';

/** ResNet-50 from random and by transfer, with these AUCs over three seeds. */
function study(template: 'table-1' | 'table-3', random: number[], transfer: number[]) {
  const arms = [random, transfer].map((aucs, i): ArmResult => {
    const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
    const sd = Math.sqrt(aucs.reduce((sum, auc) => sum + (auc - mean) ** 2, 0) / (aucs.length - 1));
    const runs = aucs.map((auc) => ({ auc }));
    return {
      armId: `a${i}`,
      ...{ model: 'resnet50', modelName: 'ResNet-50', initLabel: i === 0 ? 'random' : 'transfer(w)', trainSize: 'all' },
      endpoints: [{ endpointId: 'e', mean, sd, runs }],
    } as unknown as ArmResult;
  });
  const [a, b] = arms.map((arm) => arm.endpoints[0]?.mean ?? 0) as [number, number];
  const comparison = {
    endpointId: 'e',
    armA: 'a1',
    armB: 'a0',
    difference: b - a,
    se: 0.001,
    low: null,
    high: null,
    why: null,
  };
  const results = {
    arms,
    ...{ comparisons: [comparison], modelComparisons: [], margin: null },
    endpoints: [{ id: 'e', name: 'Referable', headline: true, positives: 50, negatives: 50, unknown: 0 }],
  } as unknown as StudyResults;
  const inits = [{ kind: 'random' }, { kind: 'transfer', weights: 'w' }];
  const planned = {
    spec: { template, train_sizes: ['all'] },
    arms: inits.map((init, i) => ({ id: `a${i}`, model: 'resnet50', init, initLabel: '', trainSize: 'all' })),
    modality: 'fundus',
  } as unknown as PlannedStudy;
  return agreementTable(results, planned);
}
const cells = (table: ReturnType<typeof study>) =>
  table?.groups[0]?.rows[0]?.cells.map((cell) => JSON.stringify(cell)).join(' ') ?? '';

describe('the paper beside a study', () => {
  it('agrees where both find a gain, differs where one does, and stays open where the data do', () => {
    // Table 3: 92.2 to 94.6.
    expect(cells(study('table-3', [0.8, 0.801, 0.799], [0.9, 0.901, 0.899]))).toMatch(/higher.*higher.*Yes/);
    expect(cells(study('table-3', [0.9, 0.901, 0.899], [0.8, 0.801, 0.799]))).toMatch(/higher.*lower.*No/);
    expect(cells(study('table-3', [0.8, 0.9, 0.7], [0.8, 0.91, 0.72]))).toMatch(/cannot tell.*Open/);
  });

  it('takes the SDs of the paper for what it calls a difference', () => {
    // Table 1: 96.4 +- 0.05 and 96.7 +- 0.04.
    expect(cells(study('table-1', [0.8, 0.801, 0.799], [0.9, 0.901, 0.899]))).toContain('+0.003: higher');
  });

  it('has a sentence for every template and the tables that are printed', () => {
    for (const { id } of STUDY_TEMPLATES) expect(PAPER_FOUND[id].length).toBeGreaterThan(20);
    expect(STUDY_TEMPLATES.filter(({ id }) => paperTables(id).length > 0).map(({ id }) => id)).toEqual([
      ...['table-1', 'table-2', 'table-3', 'table-4', 'similarity'],
    ]);
    const [table] = paperTables('table-1');
    expect(table && tableCsv(table)).toContain('96.4 ± 0.05,96.7 ± 0.04,92.2 ± 0.06');
  });
});

/** What the paper reports for the same arms, beside what this study found. Nothing is computed between the two. Pure. */
import { groupArms } from '../../study/arms.ts';
import type { Arm, StudySpec } from '../../study/study.ts';
import { number, share, text } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import { PAPER_CAUTION, PAPER_COLUMN } from '../../templates/template-paper.ts';
import { paperRows, type PaperRow } from '../../templates/template-results.ts';
import { studyTemplate } from '../../templates/templates.ts';
import { endpointName } from '../endpoint-name.ts';
import type { StudyResults } from '../results.ts';
import { armCells } from './arm-cells.ts';
import { meanCell } from './arms-table.ts';
import { INTERVAL_WORDS } from '../../words/intervals.ts';

/** What of a study says which numbers of the paper stand for its arms. */
export interface PlannedStudy {
  spec: Pick<StudySpec, 'template' | 'train_sizes'>;
  arms: readonly Arm[];
  /** Of the dataset. */
  modality: string;
}

/** Null where the paper prints no number for any arm of the study. */
export function paperTable(results: StudyResults, endpointId: string, planned: PlannedStudy): Table | null {
  const { template } = planned.spec;
  const rows = paperRows({ ...planned, results, endpointId });
  if (template === undefined || rows.length === 0) return null;
  const nameOf = armCells(results.arms);
  const name = endpointName(results.endpoints, endpointId);
  return buildTable<PaperRow>({
    caption: `${name}: beside ${studyTemplate(template).shows} of the paper`,
    notes: [PAPER_CAUTION],
    groupHead: 'model',
    groups: groupArms(rows.map(({ arm }) => arm)).map(({ title, arms }) => ({
      title,
      items: rows.filter(({ arm }) => arms.includes(arm)),
    })),
    columns: [
      {
        key: 'arm',
        head: 'Arm',
        cell: ({ arm }) => nameOf(arm.armId, { name: rows.length === results.arms.length ? 'init' : 'full' }),
      },
      {
        ...{
          key: 'auc',
          head: 'Mean AUC',
          unit: `this study, 95 % CI ${INTERVAL_WORDS[results.intervalKind].short}`,
          number: true,
        },
        cell: ({ value }) => meanCell(value),
      },
      { key: 'paper', head: PAPER_COLUMN, unit: 'not compared', number: true, cell: ({ paper }) => share(paper.auc) },
      { key: 'sd', head: 'SD', unit: 'paper', number: true, stacked: true, cell: ({ paper }) => number(paper.sd, 4) },
      { key: 'where', head: '', stacked: true, number: true, cell: ({ paper }) => text(paper.where) },
    ],
  });
}

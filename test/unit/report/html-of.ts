/** Parts of a report as HTML, numbered from 1. */
import type { Block } from '../../../main/report/blocks.ts';
import { describeReport } from '../../../main/report/describe-report.ts';
import { blockMarkup, renderHtml } from '../../../main/report/faces/html.ts';
import { startNumbering } from '../../../main/report/faces/numbering.ts';
import type { ReportInput } from '../../../main/report/report-input.ts';

export function htmlOf(blocks: readonly Block[]): string {
  const numbering = startNumbering();
  return blocks.map((block) => blockMarkup(block, numbering).text).join('\n');
}

export const reportHtml = (input: ReportInput): string => renderHtml(describeReport(input));

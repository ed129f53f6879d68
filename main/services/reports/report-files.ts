/** The files of a report: what they are called and hold, printing to PDF, and writing for Word. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import type { WeightSetSummary } from '../../../shared/study/models.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { fileStem } from '../../../shared/system/names.ts';
import { svgToPng } from '../../images/svg.ts';
import type { PdfPrinter } from '../../platform/chromium.ts';
import type { ReportDocument } from '../../report/blocks.ts';
import { CHECKLISTS } from '../../report/checklists/all.ts';
import { describeChecklists } from '../../report/describe-report.ts';
import type { ReportInput } from '../../report/report-input.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { FileContent } from './export-folder.ts';

/** Everything that an export may write, in its order. */
export const REPORT_FILES = [
  { name: 'report.html', holds: 'this report' },
  { name: 'report.pdf', holds: 'the same on pages, with the appendices that were chosen' },
  { name: 'report.docx', holds: 'the same for Word' },
  { name: 'checklists.html', holds: 'CLAIM, TRIPOD+AI and STARD-AI, filled, with what only the authors can answer' },
  ...CHECKLISTS.map(({ id, name }) => ({ name: `checklist-${id}.docx` as const, holds: `${name} alone, for Word` })),
  { name: 'results.csv', holds: 'mean AUCs, intervals and comparisons, one row per arm and endpoint' },
  { name: 'runs.csv', holds: 'AUC, steps, time and provenance, one row per run and endpoint' },
  {
    name: 'details.csv',
    holds: 'operating points by every rule, calibration before and after recalibration, decision curves, subgroups',
  },
  { name: 'margins.csv', holds: 'comparisons of models and with the declared margin' },
  { name: 'predictions.csv', holds: 'one row per run and image of the validation and test sets' },
  { name: 'study.yaml', holds: 'the study as it was asked for; “study run” repeats it' },
  { name: 'study.json', holds: 'the same with the resolved protocol, arms, data and weight hashes' },
  { name: 'leakage-proof.json', holds: 'what the split rests on, with checksums; “study verify” checks it again' },
  { name: 'checksums.txt', holds: 'SHA-256 of these files, for “sha256sum -c”' },
] as const;

/** Files of several studies may lie in one folder; only the list of checksums is found by its name. */
export const nameAfter = ({ name: study }: { name: string }, file: string): string =>
  file === 'checksums.txt' ? file : `${fileStem(study)}-${file}`;

/** The report as PDF; nothing where it cannot be printed, since everything else is there. */
export async function printReport(printer: PdfPrinter, html: string): Promise<FileContent[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-report-'));
  try {
    const page = path.join(folder, 'report.html');
    fs.writeFileSync(page, html);
    const data = await printer.print(page);
    return [{ name: 'report.pdf', write: (append) => append(data) }];
  } catch (error) {
    if (error instanceof AppError && error.code === 'unsupported') return [];
    throw error;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Of figures in Word: about 200 dots an inch at the width of a page. */
const PIXELS_A_UNIT = 1.8;

/** The report and each checklist for Word. @param printed ids of the appendices in it */
export async function writeWord(
  input: ReportInput,
  report: ReportDocument,
  printed: readonly string[],
): Promise<FileContent[]> {
  // Loaded here: it is heavy, and nothing else needs it.
  const { renderWord } = await import('../../report/faces/word.ts');
  const documents = [
    { name: 'report.docx', document: report },
    ...CHECKLISTS.map(({ id }) => ({ name: `checklist-${id}.docx`, document: describeChecklists(input, id) })),
  ];
  const files: FileContent[] = [];
  for (const { name, document } of documents) {
    const data = await renderWord(document, { printed, toPng: (svg) => svgToPng(svg, PIXELS_A_UNIT) });
    files.push({ name, write: (append) => append(data) });
  }
  return files;
}

/** What `study.json` holds: no paths, no patients. */
export function describeStudy(study: StoredStudy, input: ReportInput): unknown {
  const data = ({ id, name, contentHash, images, patients, synthetic, target, splitConfig }: DatasetDetail) => ({
    ...{ id, name, contentHash, images, patients, synthetic, target, splitConfig },
  });
  const set = ({ id, name, model, origin, sha256, synthetic }: WeightSetSummary) => ({
    ...{ id, name, model, origin, sha256, synthetic },
  });
  return {
    study: { id: study.id, name: study.name, createdAt: study.createdAt },
    writtenBy: { app: 'Transfusion Lab', version: input.appVersion, at: input.generatedAt },
    spec: study.spec,
    protocol: study.protocol,
    arms: study.arms,
    dataset: data(input.dataset),
    weights: input.weights.map(set),
  };
}

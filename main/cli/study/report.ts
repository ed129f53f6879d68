/** `report STUDY --out DIR`: HTML and PDF report, CSV and configuration of a study. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { DEFAULT_ERROR_PICTURES, MOST_ERROR_PICTURES } from '../../../shared/mistakes/mistake-pictures.ts';
import { APPENDIX_IDS, type AppendixId } from '../../../shared/study/report-request.ts';
import { THRESHOLD_KINDS, type ThresholdKind } from '../../../shared/results/study-details.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { ExportedFile } from '../../../shared/system/system.ts';
import type { AppServices } from '../../services/app-services.ts';
import type { ReportRequest } from '../../services/reports/reports-service.ts';
import type { CliContext } from '../context.ts';
import { followJob } from '../output/follow-job.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { exportedFilesTable } from '../../../shared/system/exported-files-table.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface ReportFlags {
  out?: string;
  pdf: boolean;
  appendix?: AppendixId[];
  withImages?: number | true;
  arm?: string;
  thresholds: ThresholdKind;
}

export function register(program: Command, context: CliContext): void {
  program
    .command('report <study>')
    .description('write the report of a study: HTML, PDF, Word, CSV, configuration')
    .option('--out <dir>', "folder to write to; files of other origin in it are kept (default: the library's reports)")
    .option('--no-pdf', 'write no PDF')
    .addOption(
      new Option(
        '--appendix <names...>',
        'appendices in PDF and Word (default: none; the HTML has all, folded)',
      ).choices(APPENDIX_IDS),
    )
    .option(
      '--with-images [k]',
      `include k false positives and k false negatives (default: ${DEFAULT_ERROR_PICTURES}) of one run with maps: images of patients then leave the machine inside the report`,
      wholeNumber(1, MOST_ERROR_PICTURES),
    )
    .option('--arm <id>', 'with --with-images: whose errors (default: the first arm with a finished run)')
    .addOption(
      new Option(
        '--thresholds <kind>',
        'chosen-anew: intervals of operating points also carry the choice of thresholds',
      )
        .choices(THRESHOLD_KINDS)
        .default('frozen'),
    )
    .action(async (name: string, options: ReportFlags) => {
      const app = await context.app({ write: false });
      const studyId = app.services.studies.find(name);
      const folder = path.resolve(options.out ?? app.paths.report(studyId));
      const files = await writeReport(context, app.services, {
        studyId,
        folder,
        pdf: options.pdf,
        appendices: options.appendix,
        thresholds: options.thresholds,
        ...imagesOf(options),
      });
      if (options.pdf && !files.some((file) => file.name.endsWith('.pdf'))) {
        context.out.note(
          'No PDF: no Chromium, Chrome or Edge was found, or it failed. Open the HTML report in a browser and print it, or name a browser with TRANSFUSION_BROWSER.',
        );
      }
      context.out.result({ folder, files }, () =>
        [
          `Report written to ${folder}`,
          ...(options.withImages === undefined ? [] : ['It holds images of your dataset.']),
          tableText(exportedFilesTable(files)),
        ].join('\n'),
      );
    });
}

function imagesOf({ withImages, arm }: ReportFlags): Pick<ReportRequest, 'images'> {
  if (withImages === undefined) {
    if (arm === undefined) return {};
    throw new AppError('bad-input', 'Expected --with-images beside --arm, got --arm alone.', {
      action: 'The report has all arms; --arm chooses whose images of errors are shown.',
    });
  }
  return {
    images: { ...(withImages === true ? {} : { count: withImages }), ...(arm === undefined ? {} : { armId: arm }) },
  };
}

/** With images it takes long: then by a job, with progress, which Ctrl-C cancels. */
async function writeReport(
  context: CliContext,
  { reports, jobs }: AppServices,
  request: ReportRequest,
): Promise<ExportedFile[]> {
  if (request.images === undefined) return await reports.export(request);
  return (await followJob({ context, jobs, id: reports.startExport(request).id })) as ExportedFile[];
}

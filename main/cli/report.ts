/** `report STUDY --out DIR`: HTML and PDF report, CSV and configuration of a study. */
import path from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../shared/format.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';

export function register(program: Command, context: CliContext): void {
  program
    .command('report <study>')
    .description('write the report of a study: HTML, PDF, CSV, configuration')
    .option('--out <dir>', "folder to write to; files of other origin in it are kept (default: the library's reports)")
    .option('--no-pdf', 'write no report.pdf')
    .action(async (name: string, options: { out?: string; pdf: boolean }) => {
      const app = await context.app({ write: false });
      const studyId = app.services.studies.find(name);
      const folder = path.resolve(options.out ?? app.paths.report(studyId));
      const files = await app.services.reports.export({ studyId, folder, pdf: options.pdf });
      if (options.pdf && !files.some((file) => file.name.endsWith('.pdf'))) {
        context.out.note(
          'No report.pdf: no Chromium, Chrome or Edge was found, or it failed. Open report.html in a browser and print it, or name a browser with TRANSFUSION_BROWSER.',
        );
      }
      context.out.result({ folder, files }, () =>
        [
          `Report written to ${folder}`,
          formatTable({
            header: ['file', 'size'],
            rows: files.map((file) => [file.name, formatBytes(file.bytes)]),
            rightAligned: [1],
          }),
        ].join('\n'),
      );
    });
}

/** `report STUDY --out DIR`: HTML report, CSV and configuration of a study. */
import path from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../shared/format.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';

export function register(program: Command, context: CliContext): void {
  program
    .command('report <study>')
    .description('write the report of a study: HTML, CSV, configuration')
    .option('--out <dir>', "folder to write to; files of other origin in it are kept (default: the library's reports)")
    .action(async (name: string, options: { out?: string }) => {
      const app = await context.app({ write: false });
      const studyId = app.services.studies.find(name);
      const folder = path.resolve(options.out ?? app.paths.report(studyId));
      const files = await app.services.reports.export({ studyId, folder });
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

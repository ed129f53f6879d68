/** `doctor`: whether this machine can train, and if not, why. Works without a library and while another host holds it. */
import type { Command } from 'commander';
import { formatBytes } from '../../shared/words/numbers.ts';
import type { DoctorReport } from '../../shared/system/system.ts';
import { examineMachine } from '../services/system/doctor.ts';
import type { CliContext } from './context.ts';
import { tableText } from '../../shared/tables/text-face.ts';
import { plainTable } from '../../shared/tables/table.ts';

const MARKS = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

export function register(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('check whether this machine can train, and say what is missing; exit 1 where it cannot')
    .action(async () => {
      const report = await examineMachine({ home: context.home });
      context.out.result(report, () => describeReport(report));
      if (!report.ready) process.exitCode = 1;
    });
}

/** The report as a person reads it. */
export function describeReport(report: DoctorReport): string {
  const checks = plainTable(report.checks, {
    Check: ({ name }) => name,
    State: ({ status }) => MARKS[status],
    Found: ({ found }) => found,
  });
  const actions = report.checks.flatMap(({ name, action }) => (action === null ? [] : [`${name}: ${action}`]));
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    tableText(checks),
    ...(actions.length > 0 ? [['What to do', ...actions.map((action) => `  ${action}`)].join('\n')] : []),
    `Versions: ${versions.join(', ')}`,
    `Device: ${report.device}, ${report.threads} threads, ${formatBytes(report.freeMemoryBytes)} memory free`,
    report.ready ? 'This machine can train.' : 'This machine cannot train yet.',
  ].join('\n\n');
}

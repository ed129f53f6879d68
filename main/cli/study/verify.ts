/** `study verify STUDY`: the leakage proof, statement by statement. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds the command to `study`. */
export function registerVerify(study: Command, context: CliContext): void {
  study
    .command('verify <study>')
    .description('check the leakage proof against rows and manifest; exit 1 when something does not hold')
    .action(async (name: string) => {
      const { services } = await context.app({ write: false });
      const checks = services.studies.verifyProof(services.studies.find(name));
      context.out.result(checks, () =>
        checks
          .map(({ check, holds, remark }) => `${holds ? 'holds' : 'FAILS'}  ${check}.${holds ? '' : ` ${remark}`}`)
          .join('\n'),
      );
      if (checks.some(({ holds }) => !holds)) process.exitCode = 1;
    });
}

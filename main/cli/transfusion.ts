/**
 * The command line. `npm run -s transfusion -- COMMAND`. Exit 0 on success, 1 on a failure that the message explains, 2 on
 * bad usage; a stack trace only with `--debug`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { appVersion } from '../services/system/app-version.ts';
import { createCliContext, type CliContext, type GlobalOptions } from './context.ts';
import { runProgram } from './run-program.ts';

/** A file of commands: a file of `main/cli/` or of a folder in it exports this function. */
export type RegisterCommands = (program: Command, context: CliContext) => void;

/** Every file of this folder and those in it may bring commands; those that do not export `register` are parts of others. */
async function registerAll(program: Command, context: CliContext): Promise<void> {
  const ending = path.extname(import.meta.url);
  const self = path.basename(import.meta.url);
  const files = fs
    .readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith(ending) && file !== self);
  const modules = await Promise.all(
    files.sort().map((file) => import(new URL(file, import.meta.url).href) as Promise<{ register?: RegisterCommands }>),
  );
  for (const { register } of modules) register?.(program, context);
}

function createProgram(): Command {
  return new Command('transfusion')
    .description('Does transfer learning pay on your medical images? Train repeated runs on this machine and find out.')
    .option('--home <dir>', "library folder (default: TRANSFUSION_HOME, else the platform's data folder)")
    .option('--json', 'print one JSON document on standard output')
    .option('--debug', 'print stack traces')
    .version(appVersion(), '--version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
}

// A reader that has enough (`| head`) closes the pipe; that is no failure, and the command ends as it would.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// A terminal that was closed: there is nobody left to tell, and telling that would fail again, without end.
process.stderr.on('error', () => undefined);

const program = createProgram();
const argv = process.argv.slice(2);
process.exitCode = await runProgram({
  program,
  argv,
  createContext: (signal) =>
    createCliContext({
      // Usage errors are found before the options are, and are to be told as JSON all the same.
      options: () => ({ ...program.opts<GlobalOptions>(), ...(argv.includes('--json') ? { json: true } : {}) }),
      signal,
    }),
  register: registerAll,
});

/** Runs the program once: exit codes, errors in one form, clean end on Ctrl-C. */
import { CommanderError, type Command } from 'commander';
import { AppError, toErrorShape, type ErrorShape } from '../../shared/system/errors.ts';
import type { CliContext } from './context.ts';

export const EXIT = { success: 0, failure: 1, usage: 2 } as const;

/**
 * Parses `argv` (without node and script) and runs the command. Never throws.
 * @returns the exit code of the process
 */
export async function runProgram(params: {
  program: Command;
  argv: string[];
  createContext: (signal: AbortSignal) => CliContext;
  register: (program: Command, context: CliContext) => Promise<void>;
}): Promise<number> {
  const { program, argv } = params;
  const abort = new AbortController();
  const context = params.createContext(abort.signal);
  const releaseSignals = abortOnSignals(abort);
  const releaseCrashes = endOnCrash(context, program);
  let code: number;
  try {
    await params.register(program, context);
    forEachCommand(program, (command) => command.exitOverride().configureOutput({ writeErr: () => undefined }));
    await program.parseAsync(argv, { from: 'user' });
    code = typeof process.exitCode === 'number' ? process.exitCode : EXIT.success;
  } catch (error) {
    code = report({ error, context, program });
  }
  try {
    await context.close();
  } catch (error) {
    code = Math.max(code, report({ error, context, program }));
  }
  releaseSignals();
  releaseCrashes();
  return code;
}

function report({ error, context, program }: { error: unknown; context: CliContext; program: Command }): number {
  if (error instanceof CommanderError) {
    // Help and version have been printed; they are no error.
    if (error.exitCode === 0) return EXIT.success;
    if (error.code === 'commander.help') {
      printUsage({ code: 'bad-input', message: 'Expected a command.' }, context, program.helpInformation());
    } else {
      const message = error.message
        .replace(/^error: /, '')
        .replace(/\s*\n\s*/g, ' ')
        .trim();
      printUsage({ code: 'bad-input', message: sentence(message), action: 'See --help.' }, context, null);
    }
    return EXIT.usage;
  }
  const shape = toErrorShape(error);
  if (context.debug && error instanceof Error) context.out.note(describeStack(error));
  context.out.error(
    shape.code === 'internal' ? { ...shape, action: 'Run it again with --debug to see where.' } : shape,
  );
  return EXIT.failure;
}

function printUsage(shape: ErrorShape, context: CliContext, help: string | null): void {
  if (help !== null && !context.json) context.out.note(help.trimEnd());
  else context.out.error(shape);
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(upper) ? upper : `${upper}.`;
}

function describeStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${describeStack(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** Ctrl-C, the end of the session, a closed terminal. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal asks to stop; the second ends the process at once. */
function abortOnSignals(abort: AbortController): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (abort.signal.aborted) process.exit(EXIT.failure);
    abort.abort(new AppError('cancelled', `Stopped by ${signal}.`));
  };
  for (const signal of STOPPING) process.on(signal, onSignal);
  return () => {
    for (const signal of STOPPING) process.off(signal, onSignal);
  };
}

/** An error that nobody waited for, told like any other. */
function endOnCrash(context: CliContext, program: Command): () => void {
  const onCrash = (error: unknown): void => {
    const code = report({ error, context, program });
    void context
      .close()
      .catch(() => undefined)
      .finally(() => process.exit(code));
  };
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  return () => {
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
  };
}

/** `serve`: the app in a browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Command } from 'commander';
import type { QueueService } from '../services/studies/queue-service.ts';
import { AppError, toErrorShape } from '../../shared/system/errors.ts';
import type { RunningServer } from '../server/server.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './output/whole-number.ts';

interface ServeOptions {
  host?: string;
  port?: number;
  open: boolean;
  newToken?: true;
}

export function register(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('open the app in a browser on this machine')
    .option('--host <address>', 'address to listen on; anything but 127.0.0.1 lets other machines in', '127.0.0.1')
    .option(
      '--port <number>',
      'port (default: that of the last start on this library, else a free one)',
      wholeNumber(0, 65535),
    )
    .option('--new-token', 'make a new token: every browser has to sign in again')
    .option('--no-open', 'print the address only')
    .action((options: ServeOptions) => serve(options, context));
}

async function serve(options: ServeOptions, context: CliContext): Promise<void> {
  const app = await context.app({ write: true, host: 'browser' });
  const { createHandler } = await import('../api/handler.ts');
  const { startServer } = await import('../server/server.ts');
  const { readRemembered, writeRemembered } = await import('../server/remembered.ts');
  const remembered = readRemembered(app.paths.serve, { newToken: options.newToken === true });
  const start = (port: number | null): Promise<RunningServer> =>
    startServer({
      handler: createHandler({
        services: app.services,
        rendererFolder: rendererFolder(),
        onUnexpected: (where, error) => reportUnexpected({ context, where, error }),
      }),
      host: options.host,
      port: port ?? undefined,
      token: remembered.token,
    });
  const server = await start(options.port ?? remembered.port).catch((error: unknown) => {
    // The remembered port may belong to another program by now; a port that was asked for is insisted on.
    if (options.port !== undefined || !(error instanceof AppError && error.code === 'conflict')) throw error;
    return start(null);
  });
  try {
    remember(() => writeRemembered(app.paths.serve, { port: server.port, token: server.token }), context);
    if (server.exposed) {
      context.out.warn(
        'Other machines can reach this address. Requests are not encrypted: use it on a network that you trust only.',
      );
    }
    context.out.result({ url: server.url }, server.url);
    void app.services.queue.start().catch((error: unknown) => reportUnexpected({ context, where: 'the queue', error }));
    void warnOfProblems(app.services.queue, context);
    if (options.open) openBrowser(server.urlOnce(), context);
    if (!context.signal.aborted) await once(context.signal, 'abort');
    context.out.note('Closing: a running study is checkpointed and can be resumed.');
  } finally {
    await server.close();
  }
}

/** On a full disk the app is served all the same; only its next start has another address. */
function remember(write: () => void, { out }: CliContext): void {
  try {
    write();
  } catch (error) {
    out.warn(toErrorShape(error).message);
  }
}

/** In the terminal too, for a server without anybody at its page. */
async function warnOfProblems(queue: QueueService, { out, signal }: CliContext): Promise<void> {
  let told = '';
  for await (const { problem } of queue.watch(signal)) {
    const text = problem === null ? '' : `No run starts. ${problem.message} ${problem.action ?? ''}`;
    if (text === told) continue;
    told = text;
    if (text !== '') out.warn(text);
    else out.note('Runs go on.');
  }
}

/** The built renderer beside the sources (`dist/renderer`) or beside the build (`dist/main` -> `dist/renderer`). */
function rendererFolder(): string {
  const main = path.dirname(import.meta.dirname);
  const root = path.dirname(main);
  return path.basename(root) === 'dist' ? path.join(root, 'renderer') : path.join(root, 'dist', 'renderer');
}

/** Errors are told without their text, which may name files; `--debug` shows everything. */
function reportUnexpected({ context, where, error }: { context: CliContext; where: string; error: unknown }): void {
  const kind = error instanceof Error ? error.name : typeof error;
  context.out.warn(`An unexpected error (${kind}) in ${where}. Run with --debug to see it.`);
  if (context.debug && error instanceof Error) context.out.note(error.stack ?? error.message);
}

/** Asks the system to open the address; where there is no screen or no browser, the printed address is enough. */
function openBrowser(url: string, context: CliContext): void {
  const command = openCommand(process.platform, process.env);
  if (command === null) {
    context.out.note('There is no screen here: open the address above in a browser on this machine.');
    return;
  }
  const child = spawn(command.program, [...command.args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => context.out.note('No browser could be started: open the address above yourself.'));
  child.unref();
}

export function openCommand(
  platform: NodeJS.Platform,
  env: Record<string, string | undefined>,
): { program: string; args: string[] } | null {
  if (platform === 'darwin') return { program: 'open', args: [] };
  if (platform === 'win32') return { program: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { program: 'xdg-open', args: [] } : null;
}

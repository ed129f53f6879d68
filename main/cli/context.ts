/** What every command is given: the global options, the output and the app, which is opened when it is first asked for. */
import type { App, OpenAppOptions } from '../app.ts';
import { resolveHome } from '../platform/home.ts';
import { createOutput, type Output, type TextStream } from './output/output.ts';

export interface GlobalOptions {
  home?: string;
  json?: boolean;
  debug?: boolean;
}

export interface CliContext {
  /** The library folder as an absolute path; it need not exist yet. */
  readonly home: string;
  readonly json: boolean;
  readonly debug: boolean;
  readonly out: Output;
  /** Aborted by Ctrl-C and by a request to terminate: a command should stop at the next good moment. */
  readonly signal: AbortSignal;
  /**
   * The app over the library. `write: true` takes the library for this process, and fails with `library-locked` while
   * another holds it; `write: false` reads beside whoever holds it. A second call returns the same app. `host` is what
   * others read who find the library in use (default: a command line).
   */
  app(options: { write: boolean; host?: OpenAppOptions['host'] }): Promise<App>;
  /** Closes the app if it was opened. The program does this at its end. */
  close(): Promise<void>;
}

export function createCliContext(params: {
  options: () => GlobalOptions;
  signal: AbortSignal;
  stdout?: TextStream;
  stderr?: TextStream;
}): CliContext {
  const { options, signal, stdout = process.stdout, stderr = process.stderr } = params;
  let opened: { write: boolean; app: App } | null = null;
  let out: Output | null = null;
  return {
    get home() {
      return resolveHome(options().home);
    },
    get json() {
      return options().json === true;
    },
    get debug() {
      return options().debug === true;
    },
    get out() {
      out ??= createOutput({ json: this.json, stdout, stderr });
      return out;
    },
    signal,
    async app({ write, host = 'command line' }) {
      if (opened !== null && (opened.write || !write)) return opened.app;
      if (opened !== null) await opened.app.close();
      opened = null;
      // Loaded when it is needed: `--help` and bad usage answer at once.
      const { openApp } = await import('../app.ts');
      const app = await openApp({ home: this.home, mode: write ? 'host' : 'reader', host });
      opened = { write, app };
      return app;
    },
    async close() {
      const app = opened?.app;
      opened = null;
      await app?.close();
    },
  };
}

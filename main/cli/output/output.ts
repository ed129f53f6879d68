/**
 * What a command prints. Results go to standard output (with `--json`: exactly one document); progress, notes and errors go
 * to standard error, so that a pipe gets results only. Control characters of whatever is shown never reach the terminal.
 */
import { escapeControls } from '../../../shared/words/control-characters.ts';
import { formatDuration } from '../../../shared/words/times.ts';
import type { ErrorShape } from '../../../shared/system/errors.ts';

/** The part of a stream that a command writes to. */
export interface TextStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Lines stay lines; in a JSON document control characters stand inside of texts only, and these escapes are its own. */
const plain = (text: string): string => escapeControls(text, '\n');

export function createOutput(options: { json: boolean; stdout: TextStream; stderr: TextStream }) {
  const { json, stdout, stderr } = options;
  let printed = false;
  let openLine: Progress | null = null;

  const once = (): void => {
    if (printed) throw new Error('A command prints one result only.');
    printed = true;
    openLine?.end();
  };
  const line = (text: string): void => {
    openLine?.end();
    stderr.write(`${plain(text)}\n`);
  };

  return {
    json,
    /** The command's one result: `value` with `--json`, else `text`. Throws when called twice. */
    result(value: unknown, text: string | (() => string)): void {
      once();
      if (json) stdout.write(`${plain(JSON.stringify(value, null, 2))}\n`);
      else stdout.write(`${plain((typeof text === 'string' ? text : text()).replace(/\n+$/, ''))}\n`);
    },
    /** A remark for a person, on standard error. */
    note: line,
    warn: (text: string) => line(`Warning: ${text}`),
    progress(label: string): Progress {
      openLine?.end();
      const progress = createProgress({ label, stream: stderr, onEnd: () => (openLine = null) });
      openLine = progress;
      return progress;
    },
    error(error: ErrorShape): void {
      if (json && !printed) {
        once();
        stdout.write(`${plain(JSON.stringify({ error }, null, 2))}\n`);
      } else {
        line(formatError(error));
      }
    },
  };
}

export type Output = ReturnType<typeof createOutput>;

/** Message and action of an error as a person reads them. */
export function formatError(error: ErrorShape): string {
  const lines = [`Error: ${error.message}`];
  if (error.action !== undefined) lines.push(error.action);
  if (error.details !== undefined && error.code === 'internal') lines.push(`Details: ${error.details}`);
  return lines.join('\n');
}

function createProgress(options: { label: string; stream: TextStream; onEnd: () => void }) {
  const { label, stream } = options;
  const terminal = stream.isTTY === true;
  let ended = false;
  let drawn = '';
  let lastTenth = -1;
  let lastDoubling = -1;
  return {
    /**
     * In any unit; draws a line on a terminal, or prints about ten lines where there is none. With a `note` and no total, these
     * are printed from a thousand units on, at each doubling.
     */
    update(done: number, total: number, etaSeconds: number | null = null, note: string | null = null): void {
      if (ended) return;
      const text = escapeControls(progressText({ label, done, total, etaSeconds, note }));
      if (terminal) {
        if (text === drawn) return;
        stream.write(`\r${text.slice(0, (stream.columns ?? 80) - 1)}\u001b[K`);
        drawn = text;
        return;
      }
      if (total <= 0 && note !== null) {
        const doubling = done < 1000 ? -1 : Math.floor(Math.log2(done / 1000));
        if (doubling > lastDoubling) stream.write(`${text}\n`);
        lastDoubling = Math.max(lastDoubling, doubling);
        return;
      }
      const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
      if (tenth <= lastTenth) return;
      lastTenth = tenth;
      stream.write(`${text}\n`);
    },
    /** Ends the line. Calling it twice does nothing. */
    end(): void {
      if (ended) return;
      ended = true;
      if (terminal && drawn !== '') stream.write('\n');
      options.onEnd();
    },
  };
}

export type Progress = ReturnType<typeof createProgress>;

/** `Importing  42% (420 of 1000), 1 min 05 s left`. */
export function progressText(params: {
  label: string;
  done: number;
  total: number;
  etaSeconds: number | null;
  note?: string | null;
}): string {
  const { label, done, total, etaSeconds, note = null } = params;
  if (total <= 0) return note === null ? `${label} …` : `${label}: ${note}`;
  const share = `${String(Math.floor((100 * done) / total)).padStart(3)}% (${done} of ${total})`;
  return `${label} ${share}${etaSeconds === null || done >= total ? '' : `, ${formatDuration(etaSeconds)} left`}`;
}

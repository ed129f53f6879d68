/** The API as the renderer uses it, over the fetch handler itself: no port. */
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { FetchHandler } from '../../../main/api/handler.ts';
import type { AppRouter } from '../../../main/api/router.ts';
import type { RunEvent } from '../../../shared/run/run.ts';
import type { LiveEvent } from '../../../shared/system/live.ts';
import type { Job } from '../../../shared/system/system.ts';

const BASE = 'http://127.0.0.1:1';

export type ApiClient = ReturnType<typeof createClient>;

export function createClient(handler: FetchHandler) {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${BASE}/api/trpc`,
        fetch: (address, init) => handler(new Request(address as string, init as RequestInit)),
      }),
    ],
  });
}

/** GET of a raw address. */
export function get(handler: FetchHandler, address: string, init?: RequestInit): Promise<Response> {
  return handler(new Request(`${BASE}${address}`, init));
}

/** The values of a subscription, read from its event stream; ends when `abort` does. */
export async function* subscribe<T>(params: {
  handler: FetchHandler;
  procedure: string;
  input?: unknown;
  signal: AbortSignal;
}): AsyncGenerator<T, void, undefined> {
  const { handler, procedure, input, signal } = params;
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await get(handler, `/api/trpc/${procedure}${query}`, { signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error(`No stream: ${response.status}`);
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined && !/^event: /m.test(event)) yield JSON.parse(data) as T;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The events of one study's runs, from the page's one stream. */
export async function* runEvents(
  handler: FetchHandler,
  studyId: string,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, undefined> {
  for await (const news of subscribe<LiveEvent>({ handler, procedure: 'live.watch', input: { studyId }, signal })) {
    if (news.of === 'run') yield news.event;
  }
}

/** The job once it has ended. */
export async function jobEnd(handler: FetchHandler, id: string): Promise<Job> {
  const abort = new AbortController();
  try {
    for await (const news of subscribe<LiveEvent>({
      handler,
      procedure: 'live.watch',
      input: {},
      signal: abort.signal,
    })) {
      if (news.of === 'job' && news.job.id === id && news.job.state !== 'running') return news.job;
    }
  } finally {
    abort.abort();
  }
  throw new Error('The stream ended before the job.');
}

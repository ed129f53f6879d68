/** The app's API beside its page, for what a test needs and does not test. */
import type { Job } from '../../../shared/system/system.ts';

export interface Api {
  query<T>(procedure: string, input?: unknown): Promise<T>;
  mutate<T>(procedure: string, input: unknown): Promise<T>;
  /** Starts a job and waits for what it makes. @throws Error with the message of a job that did not succeed */
  job<T>(procedure: string, input: unknown): Promise<T>;
}

/** `url`: the app's address with its token. */
export function createApi(url: string): Api {
  const { origin, searchParams } = new URL(url);
  const headers = { authorization: `Bearer ${searchParams.get('token')}`, 'content-type': 'application/json' };
  async function call<T>(path: string, init: RequestInit): Promise<T> {
    const answer = await fetch(`${origin}/api/trpc/${path}`, { ...init, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${text}`);
    return (JSON.parse(text) as { result: { data: T } }).result.data;
  }
  const query = <T>(procedure: string, input?: unknown): Promise<T> =>
    call(`${procedure}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, {});
  const mutate = <T>(procedure: string, input: unknown): Promise<T> =>
    call(procedure, { method: 'POST', body: JSON.stringify(input) });
  return {
    query,
    mutate,
    async job<T>(procedure: string, input: unknown) {
      const { jobId } = await mutate<{ jobId: string }>(procedure, input);
      const ended = await until(
        () => query<Job>('jobs.get', { id: jobId }),
        ({ state }) => state !== 'running',
      );
      if (ended.state !== 'succeeded') throw new Error(`${procedure}: ${ended.error?.message ?? ended.state}`);
      return ended.result as T;
    },
  };
}

/** Asks until the answer is wanted. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

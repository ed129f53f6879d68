/** The app's API as its page calls it, for what a test needs and does not test. */
import type { Page } from '@playwright/test';

interface Options {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function call(page: Page, path: string, request: Options): Promise<unknown> {
  const answer = await page.evaluate(
    async ({ address, options }) => {
      const response = await fetch(address, options);
      return { ok: response.ok, text: await response.text() };
    },
    { address: `/api/trpc/${path}`, options: request },
  );
  if (!answer.ok) throw new Error(`${path}: ${answer.text}`);
  return (JSON.parse(answer.text) as { result: { data: unknown } }).result.data;
}

export async function query<T>(page: Page, procedure: string, input?: unknown): Promise<T> {
  const suffix = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return (await call(page, `${procedure}${suffix}`, {})) as T;
}

export async function mutate<T>(page: Page, procedure: string, input: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return (await call(page, procedure, { method: 'POST', headers, body: JSON.stringify(input) })) as T;
}

/** Asks until the answer is wanted. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

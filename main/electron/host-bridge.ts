/** The renderer's side of the host functions: typed calls over one channel each. */
import type { ErrorShape } from '../../shared/system/errors.ts';
import type { HostBridge } from '../../shared/system/host.ts';
import { CHANNELS } from './channel-names.ts';

type Answer<T> = { ok: true; value: T } | { ok: false; error: ErrorShape };

/** `invoke`: Electron's way to the main process, which answers with a Result (`host-functions.ts`). */
export function createHostBridge(invoke: (channel: string, argument: unknown) => Promise<unknown>): HostBridge {
  /** An error loses its fields on the way into the page, so its text says what happened and what to do. */
  async function call<T>(channel: string, argument: unknown): Promise<T> {
    const answer = (await invoke(channel, argument)) as Answer<T>;
    if (answer.ok) return answer.value;
    throw new Error([answer.error.message, answer.error.action].filter(Boolean).join(' '));
  }

  return {
    kind: 'electron',
    pickFolder: (options) => call(CHANNELS.pickFolder, options),
    pickFile: (options) => call(CHANNELS.pickFile, options),
    saveFile: (options) => call(CHANNELS.saveFile, options),
    showItem: (path) => call(CHANNELS.showItem, path),
    openReport: (path) => call(CHANNELS.openReport, path),
    openExternal: (url) => call(CHANNELS.openExternal, url),
  };
}

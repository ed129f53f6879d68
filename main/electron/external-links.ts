/** Links that leave the app: https, to a few known places, and only after the user has said so. */
import type { BrowserWindow, Dialog, Shell } from 'electron';

/** Places that the app's own texts point to. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set([
  'arxiv.org',
  'doi.org',
  'www.equator-network.org',
  'www.kaggle.com',
  'stanfordmlgroup.github.io',
]);

export function isKnownLink(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === 'https:' &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === '' &&
    KNOWN_HOSTS.has(parsed.hostname)
  );
}

/** True when the link was opened in the system's browser. */
export async function openExternalLink(params: {
  url: string;
  window: BrowserWindow;
  dialog: Dialog;
  shell: Shell;
}): Promise<boolean> {
  const { url, window, dialog, shell } = params;
  if (!isKnownLink(url)) return false;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Open this page in your browser?',
    detail: `${url}\n\nThe app itself sends nothing.`,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  if (response !== 0) return false;
  await shell.openExternal(url);
  return true;
}

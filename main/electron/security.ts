/**
 * What a page in the window may not do: navigate away, open windows, embed other pages, ask for devices or permissions, load
 * anything that is not the app's own. Even if a script of an attacker ran in the page, nothing could leave the machine.
 */
import type { Session, WebContents } from 'electron';
import { isOwnAddress } from './scheme.ts';

export function lockDownSession(session: Session, options: { allowDevTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, answer) =>
    answer({ cancel: !isLocalAddress(url, options.allowDevTools) }),
  );
}

/** `openExternal` is told about links that a page wanted to open elsewhere; it decides what happens with them. */
export function lockDownContents(contents: WebContents, openExternal: (url: string) => void): void {
  contents.on('will-navigate', (event, url) => {
    if (isOwnAddress(url)) return;
    event.preventDefault();
    openExternal(url);
  });
  contents.on('will-redirect', (event, url) => {
    if (!isOwnAddress(url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}

/** The app's own addresses, and data that a page holds already. */
export function isLocalAddress(url: string, allowDevTools: boolean): boolean {
  if (isOwnAddress(url) || url.startsWith('data:') || url.startsWith('blob:')) return true;
  return allowDevTools && (url.startsWith('devtools:') || url.startsWith('chrome-extension:'));
}

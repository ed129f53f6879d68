/** The application menu: what the system expects, and the way to the library folder and the paper. */
import type { MenuItemConstructorOptions as MenuItem } from 'electron';

export interface MenuActions {
  platform: NodeJS.Platform;
  /** Reload and developer tools are for development only. */
  developer: boolean;
  showLibrary: () => void;
  openPaper: () => void;
}

const SEPARATOR: MenuItem = { type: 'separator' };

export function menuTemplate({ platform, developer, showLibrary, openPaper }: MenuActions): MenuItem[] {
  const mac = platform === 'darwin';
  const developerItems: MenuItem[] = developer ? [{ role: 'reload' }, { role: 'toggleDevTools' }, SEPARATOR] : [];
  return [
    ...(mac ? [{ role: 'appMenu' } satisfies MenuItem] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Show the library folder', click: showLibrary },
        SEPARATOR,
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        SEPARATOR,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        ...developerItems,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        SEPARATOR,
        { role: 'togglefullscreen' },
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } satisfies MenuItem] : []),
    {
      label: '&Help',
      submenu: [
        { label: 'The paper: Transfusion (NeurIPS 2019)', click: openPaper },
        ...(mac ? [] : [SEPARATOR, { role: 'about' } satisfies MenuItem]),
      ],
    },
  ];
}

/** Names of the messages between the preload script and the main process. Loaded by both. */
export const CHANNELS = {
  pickFolder: 'host:pick-folder',
  pickFile: 'host:pick-file',
  saveFile: 'host:save-file',
  showItem: 'host:show-item',
  openReport: 'host:open-report',
  openExternal: 'host:open-external',
} as const;

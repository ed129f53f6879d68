/**
 * Runs in the window before the page, sandboxed and isolated: offers `window.transfusionHost` and nothing else. The build
 * makes it one CommonJS file (`preload.cjs`), since a sandboxed script may load `electron` only.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { createHostBridge } from './host-bridge.ts';

contextBridge.exposeInMainWorld(
  'transfusionHost',
  createHostBridge((channel, argument) => ipcRenderer.invoke(channel, argument)),
);

/** Where the window was: kept over restarts, and brought back onto a screen that exists. */
import { z } from 'zod';
import { writeFileAtomic } from '../platform/atomic-file.ts';
import { readJsonOrNull } from '../platform/json-file.ts';
import type { Rectangle } from 'electron';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

const DEFAULT_SIZE = { width: 1280, height: 800 };

/** What was kept, if enough of it is on a screen to be grabbed by the mouse; else the default size, placed by the system. */
export function readWindowState(file: string, screens: Rectangle[]): Partial<WindowState> {
  const state = readJsonOrNull(file, stateSchema);
  if (state === null) return DEFAULT_SIZE;
  return screens.some((screen) => overlaps(state, screen)) ? state : { ...DEFAULT_SIZE, maximized: state.maximized };
}

/** Losing the place of a window is no reason to bother anyone. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileAtomic(file, JSON.stringify(state));
  } catch {
    return;
  }
}

/** At least 100 pixels each way of the window's upper edge region lie on the screen. */
function overlaps(window: Rectangle, screen: Rectangle): boolean {
  const width = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const height = Math.min(window.y + window.height, screen.y + screen.height) - Math.max(window.y, screen.y);
  return width >= 100 && height >= 100 && window.y >= screen.y - 10;
}

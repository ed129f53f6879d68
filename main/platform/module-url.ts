/** The address of a module beside the calling one, for worker threads and child processes. */

/** `name` without ending: it is `.ts` in the source and `.js` in the compiled build, like the caller's own. */
export function moduleUrl(caller: string, name: string): URL {
  return new URL(`${name}${caller.endsWith('.ts') ? '.ts' : '.js'}`, caller);
}

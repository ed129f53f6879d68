/** A child process that does not get on: what a test does to a task that is under way does not depend on how fast the machine is. */
import { forkChild, type StartChild } from '../../main/platform/child.ts';

/** A way to start children that, while `isStuck`, are heard of no more until they are killed. */
export function stuckChildren(isStuck: () => boolean): StartChild {
  return (options) => {
    if (!isStuck()) return forkChild(options);
    const child = forkChild({ ...options, onMessage: () => undefined, onExit: () => undefined });
    return {
      ...child,
      kill: () => {
        child.kill();
        options.onExit({ code: null, signal: 'SIGKILL' });
      },
    };
  };
}

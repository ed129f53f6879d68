/**
 * A child process's line to its parent: Node's `fork` channel, or the message port of Electron's `utilityProcess`. Only the
 * shape of the latter is used, so that nothing here imports Electron.
 */

export interface ParentPort {
  /** Resolves when the message has left, or cannot leave any more. */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent is gone, or does not listen any more. */
  onGone(listener: () => void): void;
  /** Lets this process end by itself. */
  close(): void;
}

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

export function parentPortOf(process: NodeJS.Process): ParentPort {
  const { parentPort } = process as unknown as { parentPort?: UtilityPort };
  if (parentPort !== undefined) return utilityPort(parentPort, process);
  if (process.send === undefined) throw new Error('This file is started by the app, not by hand.');
  return forkPort(process);
}

function forkPort(process: NodeJS.Process): ParentPort {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.connected && process.send !== undefined) process.send(message, undefined, {}, () => resolve());
        else resolve();
      }),
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => {
      if (process.connected) process.on('disconnect', listener);
      else listener();
    },
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
}

function utilityPort(port: UtilityPort, process: NodeJS.Process): ParentPort {
  return {
    send: (message) => {
      port.postMessage(message);
      // The port has no acknowledgement; a turn of the event loop hands the message over.
      return new Promise((resolve) => setTimeout(resolve, 50));
    },
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onGone: (listener) => port.on('close', listener),
    close: () => process.exit(0),
  };
}

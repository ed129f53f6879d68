import type { Unsubscribable } from '@trpc/server/observable';

export interface LiveOptions {
  /** Opens the stream; called again whenever the page becomes visible. */
  open: () => Unsubscribable;
  /** Fetches what was missed while the page was hidden. */
  refresh?: () => void;
}

/**
 * A stream that lives only while the page is visible: a hidden page costs nothing, and several open windows do not use up
 * the browser's few connections to one server. Returns its clean-up.
 */
export function openWhileVisible({ open, refresh }: LiveOptions): () => void {
  let stream: Unsubscribable | null = null;
  const follow = () => {
    if (document.visibilityState === 'visible') {
      if (stream !== null) return;
      refresh?.();
      stream = open();
    } else {
      stream?.unsubscribe();
      stream = null;
    }
  };
  follow();
  document.addEventListener('visibilitychange', follow);
  return () => {
    document.removeEventListener('visibilitychange', follow);
    stream?.unsubscribe();
    stream = null;
  };
}

import type { Unsubscribable } from '@trpc/server/observable';
import type { QueueStatus, RunEvent } from '../../../shared/run/run.ts';
import type { Api } from '../../api/client.ts';
import type { WireJob } from './jobs.svelte.ts';

interface LiveHandlers {
  onQueue: (status: QueueStatus) => void;
  onJob: (job: WireJob) => void;
}

interface FollowedStudy {
  id: string;
  receive: (event: RunEvent) => void;
  /** Fetches what was missed while the page was hidden. */
  refresh: () => void;
}

/**
 * The page's one stream of news. It lives only while the page is visible: a hidden page costs nothing, and many open windows do not use up the
 * browser's few connections to one server.
 */
export class LiveState {
  readonly #api: Api;
  readonly #handlers: LiveHandlers;
  #stream: Unsubscribable | null = null;
  #study: FollowedStudy | null = null;
  #connected = $state(true);

  constructor(api: Api, handlers: LiveHandlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  /** False while the stream is being opened again after a failure. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Follows the queue and all jobs until the returned clean-up is called. */
  start(): () => void {
    const follow = () => {
      if (document.visibilityState === 'hidden') this.#close();
      else if (this.#stream === null) {
        this.#study?.refresh();
        this.#open();
      }
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      this.#close();
    };
  }

  /** The same stream, with the runs of one study in it, until the returned clean-up is called. */
  followStudy(study: FollowedStudy): () => void {
    this.#follow(study);
    study.refresh();
    return () => {
      if (this.#study === study) this.#follow(null);
    };
  }

  #follow(study: FollowedStudy | null): void {
    this.#study = study;
    if (this.#stream !== null) this.#open();
  }

  #open(): void {
    this.#close();
    const study = this.#study;
    this.#stream = this.#api.live.watch.subscribe(study === null ? {} : { studyId: study.id }, {
      onData: (event) => {
        this.#connected = true;
        if (event.of === 'queue') this.#handlers.onQueue(event.status);
        else if (event.of === 'job') this.#handlers.onJob(event.job);
        else study?.receive(event.event);
      },
      onConnectionStateChange: ({ state, error }) => {
        this.#connected = state === 'pending' || !error;
      },
      // A study that is no more must not take the queue with it; the page of the study says what is wrong.
      onError: () => {
        if (study !== null && this.#study === study) this.#follow(null);
      },
    });
  }

  #close(): void {
    this.#stream?.unsubscribe();
    this.#stream = null;
  }
}

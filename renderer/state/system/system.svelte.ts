import type { DoctorReport, FolderListing, SystemInfo } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import { Loadable } from './loadable.svelte.ts';

/** The machine that the app runs on. */
export class SystemState {
  readonly #api: Api;
  readonly info = new Loadable<SystemInfo>();
  readonly doctor = new Loadable<DoctorReport>();

  constructor(api: Api) {
    this.#api = api;
  }

  refresh(): Promise<void> {
    return this.info.load(() => this.#api.system.info.query());
  }

  examine(): Promise<void> {
    return this.doctor.load(() => this.#api.system.doctor.query());
  }

  /** Folders, and files with these endings, for the browser's dialog; throws what the API throws. */
  folders(path: string | null, endings: readonly string[] = []): Promise<FolderListing> {
    return this.#api.system.folders.query({ ...(path === null ? {} : { path }), endings: [...endings] });
  }
}

/** The machine, background jobs and exported files. */
import type { ErrorShape } from './errors.ts';

export interface SystemInfo {
  version: string;
  /** The library folder. */
  home: string;
  hostKind: 'browser' | 'electron';
  /** Where a folder picker starts. */
  defaultFolder: string;
  /** Node's name of the operating system: 'linux', 'win32', 'darwin'. */
  platform: string;
}

export interface DoctorCheck {
  id: string;
  name: string;
  status: 'ok' | 'warning' | 'failed';
  /** What was found. */
  found: string;
  /** What to do, where something is missing. */
  action: string | null;
}

export interface DoctorReport {
  ready: boolean;
  checks: DoctorCheck[];
  versions: Record<string, string>;
  device: string;
  threads: number;
  freeMemoryBytes: number;
  totalMemoryBytes: number;
  freeDiskBytes: number;
  home: string;
}

export type JobKind =
  | 'phantom'
  | 'import'
  | 'estimate'
  | 'verify'
  | 'weights'
  | 'similarity'
  | 'explanation'
  | 'bundle'
  | 'report'
  | 'preview';
export type JobState = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Long work other than runs. `result` depends on the kind: import -> dataset id, preview -> ImportPreview, phantom -> folder, estimate -> StudyEstimate, similarity -> StudySimilarity, explanation -> Explanation, bundle -> OpenedBundle, report -> ExportedFile[]. */
export interface Job {
  id: string;
  kind: JobKind;
  title: string;
  state: JobState;
  done: number;
  total: number;
  /** What it is at, in words, where numbers do not say it. */
  note: string | null;
  etaSeconds: number | null;
  result: unknown;
  error: ErrorShape | null;
}

export interface FolderListing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  /** How many files there are. */
  files: number;
  /** Those with one of the endings that were asked for. */
  chosen: { name: string; path: string }[];
}

export interface ExportedFile {
  name: string;
  bytes: number;
  /** Relative address under the API where a browser downloads it. */
  href: string;
}

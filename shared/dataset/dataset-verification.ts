/** Result of `datasets.verify`: every file read and hashed again. */
export interface DatasetVerification {
  checked: number;
  unchanged: number;
  changed: number;
  /** Gone, or not to be read. */
  missing: number;
  /** True when the stored rows and the manifest still hash to the dataset's content hash. */
  recordsIntact: boolean;
  /** At most 200; files are relative to the imported folder. */
  problems: { file: string; state: 'changed' | 'missing' }[];
}

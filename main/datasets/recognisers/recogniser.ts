/** What every layout answers: do I know this folder, why, and what does each image of it say. */
import type {
  ColumnMapping,
  ColumnRole,
  JoinRule,
  LabelValue,
  LabelValueMeaning,
  LayoutCandidate,
  Modality,
  PreviewRequest,
  Split,
  Target,
} from '../../../shared/dataset/dataset.ts';
import type { LayoutId } from '../../../shared/dataset/layout-ids.ts';
import type { FindingCode } from '../../../shared/dataset/label-policies.ts';
import type { Table } from '../tables/table.ts';
import type { ImportAnswer, ImportQuestion } from '../../../shared/dataset/import-question.ts';
import type { FolderTags } from '../dicom/folder-tags.ts';
import type { DroppedValue } from '../labels/label-reader.ts';
import type { FolderIndex } from '../folder-index.ts';
import type { ImageGroups } from '../image-groups.ts';
import type { ImageResolver } from '../image-resolver.ts';
import type { ProblemList } from '../problem-list.ts';

export interface FolderFacts {
  index: FolderIndex;
  /** Every table that could be opened; only the chosen one when the request names a labels file. */
  tables: Table[];
  /** Then all others, which may belong to its rows. */
  companions: Table[];
  /** Two of the tables as one: images and the labels of their studies. Null where that is not needed, or not possible. */
  joined: Table | null;
  /** What DICOM files say of themselves. */
  dicom: FolderTags;
  resolver: ImageResolver;
  groups: ImageGroups;
  request: PreviewRequest;
}

/** One labelled thing: a row of a table, or a file in a folder of its class. */
export interface ReadRow {
  /** The table (as shown) and its row as a spreadsheet counts it; null and 0 where there is no table. */
  table: string | null;
  row: number;
  /** The image as the row names it. */
  reference: string;
  /** Folders (relative) in which it is looked for first. */
  near: readonly string[];
  /** Folders (relative) outside of which a file of this name is another one; null where it may lie anywhere. */
  within: readonly string[] | null;
  /** One value per output of the target. */
  labels: readonly LabelValue[];
  /** Of findings: what each cell says, whatever the policy for uncertain and blank ones. */
  codes: readonly FindingCode[] | null;
  /** As the data set writes it; null where it says nothing. Never leaves this room. */
  patient: string | null;
  /** The patient ID of a DICOM file, in one spelling. */
  dicomPatient: string | null;
  /** Who the name of the image says it is of, besides a column that does. */
  patientInName: string | null;
  eye: string | null;
  view: string | null;
  sex: string | null;
  /** Years. */
  age: number | null;
  site: string | null;
  /** Who read the image, where it has a row for each reader. */
  reader: string | null;
  givenSplit: Split | null;
  /** Why this row is not for this dataset, though its image may be there; `meant`: the user chose so. */
  excluded: { kind: 'unknown-label' | 'other-view'; message: string; meant?: true } | null;
}

export interface Reading {
  rows: ReadRow[];
  target: Target;
  availableOutputs: string[];
  modality: Modality;
  /** How patients are told apart, one sentence. */
  patientRule: string;
  /** How folders name patients, one sentence, where that is a guess; else null. */
  patientGuess: string | null;
  /** The tables that were read, the most important first; none where folders tell the class. */
  labelsFiles: string[];
  columns: string[];
  suggestedColumns: ColumnMapping | null;
  /** The data set names its own splits. */
  givenSplits: boolean;
  /** How several rows of one image become one; null: rows that contradict each other are left out. */
  join: JoinRule | null;
  columnRoles: ColumnRole[];
  labelValues: LabelValueMeaning[];
  /** Values that could not be read as labels. */
  dropped: DroppedValue[];
  /** The findings of {@link ReadRow.codes}; none where labels are no findings. */
  coded: readonly string[];
  /** What could be learned instead. */
  alternatives: ImportAnswer[];
  questions: ImportQuestion[];
}

export const NO_PATIENTS = 'Patients are not known: every image counts as a patient of its own.';

/** What a layout has nothing to say about. */
export const UNASKED = {
  patientGuess: null,
  join: null,
  columnRoles: [],
  labelValues: [],
  dropped: [],
  coded: [],
  alternatives: [],
  questions: [],
} satisfies Partial<Reading>;

export interface Recogniser {
  layout: LayoutId;
  name: string;
  /** Null when nothing speaks for this layout. Cheap: header and sample rows only. */
  recognise(facts: FolderFacts): Pick<LayoutCandidate, 'evidence' | 'confidence'> | null;
  /** Reads every row. Never throws for what is in the data; problems go to `problems`. */
  read(facts: FolderFacts, problems: ProblemList, signal?: AbortSignal): Promise<Reading>;
}

/** `row 17 of labels.csv`. */
export function describeRow({ table, row }: Pick<ReadRow, 'table' | 'row'>): string {
  return table === null ? 'this image' : `row ${row} of ${table}`;
}

/** Evidence: tables with the same columns that are not read, so that labels are not taken from two sources at once. */
export function mentionUnused(tables: readonly Table[]): string[] {
  if (tables.length === 0) return [];
  return [
    `Not used, though the columns fit: ${tables.map((table) => table.file).join(', ')}. Choose it as the labels file if it is meant.`,
  ];
}

export const UNSAID = {
  within: null,
  codes: null,
  patient: null,
  dicomPatient: null,
  patientInName: null,
  eye: null,
  view: null,
  sex: null,
  age: null,
  site: null,
  reader: null,
  givenSplit: null,
  excluded: null,
} as const;

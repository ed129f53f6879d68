/**
 * A public data set whose tables and folders are known. Most of a layout is data.
 *
 * To add one: give it an id (LAYOUT_IDS), describe it in a file of its own (`chest/`, `fundus/`), put it into `all.ts` before every layout
 * whose signature it would fit as well, test it on a small tree with the exact header and paths, and add its row to docs/import.md.
 */
import type { JoinRule, Modality, Split } from '../../../shared/dataset/dataset.ts';
import type { LayoutId } from '../../../shared/dataset/layout-ids.ts';
import type { LabelRule } from '../labels/label-rule.ts';

/** The cell under a column, '' where there is none. Case and signs of names do not matter; of several names the first that is there counts. */
export type Cell = (...columns: string[]) => string;

/** A column, the spellings that it has, or what is made of a row. */
export type From = string | readonly string[] | ((cell: Cell, part: Split | null) => string | null);

export interface Signature {
  /** All of them must be there; a list is one column in its spellings. */
  columns: readonly (string | readonly string[])[];
  /** Where given, there are no columns but these besides. */
  others?: readonly string[];
  /** Columns of another layout, which has all of the above too. */
  without?: readonly string[];
  /** What the cells have to look like; `words` follow `97% of the first 500 `. */
  values?: readonly { of: From; fits: (value: string) => boolean; words: string }[];
  /** Names (without folders) under which the tables were published: these are taken before others with the same columns. */
  files?: RegExp;
}

export interface RowRule {
  /** Eyes that a row has an image of, where it may have two; `{Side}` in the name of a column becomes Left or Right. */
  sides?: (cell: Cell) => readonly ('left' | 'right')[];
  image: From;
  patient?: From;
  /** The patient in the image's name, where a column names patients too: the two are compared. */
  patientInName?: From;
  eye?: From;
  /** `lateral` in any spelling is left out unless all views are wanted. */
  view?: From;
  sex?: From;
  age?: From;
  site?: From;
  /** Who read the image, where it has a row for each reader. */
  reader?: From;
  /** Which part the row is of, in any of the usual words; else the part of its table. */
  split?: From;
  /** Why the data set itself takes a row for none that can be learned from, such as `grade 5: ungradable`. */
  excluded?: (cell: Cell) => string | null;
}

/** A second table, whose rows go with those of the first. */
export interface JoinedTable {
  columns: readonly string[];
  files?: RegExp;
  on: readonly string[];
  /** Of its columns, for a sentence: `labels of each study`. */
  holds: string;
  /** Without it the layout cannot be read. */
  required?: true;
}

export interface Layout {
  id: LayoutId;
  name: string;
  modality: Modality;
  signature: Signature;
  /** The part of a table by its file name, where that does not say train, valid or test. */
  part?: (file: string) => Split | null;
  joined?: readonly JoinedTable[];
  /** Its tables are pieces of one: all are read, none is a part. */
  pieces?: true;
  /** Columns of a table whose rows name both eyes of one patient. */
  pairs?: { left: string; right: string };
  /** Text files that list the images of a part, by their names. */
  lists?: Partial<Record<Split, RegExp>>;
  row: RowRule;
  /** How patients are told apart, one sentence. */
  patientRule: string;
  /** What can be learned: the first one, unless the user names the columns of another. */
  labels: readonly [LabelRule, ...LabelRule[]];
  /** Asked where the first one is not clearly meant; `answers`: one for each of `labels`. */
  choice?: { question: string; reasons: readonly string[]; answers: readonly string[] };
  /** How several rows of one image become one, unless the user says so. */
  join?: JoinRule;
  /** What has to be known about this data set, a sentence each. */
  remarks?: readonly string[];
}

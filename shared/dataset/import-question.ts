/** What an import cannot know and has to ask: a wrong guess would not be seen in any later number. */
import type { PreviewRequest } from './dataset.ts';

export type QuestionId =
  | 'labels-file'
  | 'modality'
  | 'image-column'
  | 'label-columns'
  | 'labels-as'
  | 'patient-folders'
  | 'positive'
  | 'missing-values'
  | 'blank-labels'
  | 'join-rows'
  | 'lost-files'
  | 'lost-rows'
  | 'lost-classes'
  | 'lost-images'
  | 'unsplit-images';

/** What may be lost once the user has said so. */
export const ACCEPTABLE_LOSSES = ['lost-files', 'lost-rows', 'lost-classes', 'lost-images', 'unsplit-images'] as const;
export type AcceptableLoss = (typeof ACCEPTABLE_LOSSES)[number];

export interface ImportAnswer {
  /** What it means, short: `"Severe" is positive`. */
  text: string;
  /** The same on the command line: `--positive "Severe"`. */
  option: string;
  /** The same in a request, which then no longer raises the question. */
  change: Partial<PreviewRequest>;
}

export interface ImportQuestion {
  id: QuestionId;
  /** One sentence with a question mark. */
  question: string;
  /** What was seen that makes it a question, one sentence each. */
  reasons: string[];
  /** The likely answers; any other may be given by the option. */
  answers: ImportAnswer[];
}

/**
 * What only the authors of a study can say, asked once a study: the answers fill the reporting checklists and the model card of its
 * report. The wording is ours; the checklists that an answer serves are in main/report/checklists.
 */
/** By group and id: what is asked, and what a good answer names. */
const ASKED = {
  Purpose: {
    background: ['What is known, and why was this study done?', 'The clinical problem, what exists, the gap.'],
    objectives: ['What were the objectives and hypotheses?', 'Which were set beforehand, which are exploratory.'],
    'intended-use': ['What is the model meant for, and where in the care pathway?', '“Research only” is an answer.'],
    users: ['Who would use it, and what expertise do they need?', 'Profession, training, what they have to do.'],
    'out-of-scope': ['What must it not be used for?', 'Other diseases, devices, ages, decisions.'],
    inequalities: [
      'Which health inequalities between groups are known for this disease?',
      'By sex, age, ethnicity, income, region.',
    ],
  },
  Participants: {
    design: ['Were the data collected before or after the study was planned?', 'Prospective or retrospective.'],
    identification: ['How were eligible participants found?', 'Screening, symptoms, a register, earlier results.'],
    'setting-dates': [
      'Where and when were the images taken?',
      'Kind of care, number and place of centres, first and last date.',
    ],
    series: [
      'Is it a consecutive, random or convenience series?',
      'And what was left out before the data set was made.',
    ],
    treatments: [
      'Which treatments had participants received that change the images?',
      'Laser, surgery, drains, drugs; how it was handled.',
    ],
    devices: [
      'Which devices took the images, by which protocol?',
      'Manufacturer, model, field of view, mydriasis, projection.',
    ],
  },
  'Reference standard': {
    'reference-standard': [
      'What is the reference standard, and how is a positive defined?',
      'Grading scale, report, test; cut-off and whether it was set beforehand.',
    ],
    'reference-reason': ['Why this reference standard?', 'Alternatives, and what is wrong with it.'],
    annotators: ['Who annotated the images?', 'How many, profession, years of experience.'],
    'annotation-procedure': [
      'How did they annotate?',
      'Tools, instructions, in clinical routine or afterwards, how disagreement was settled.',
    ],
    'rater-variability': ['How well do annotators agree?', 'Within and between raters, with the measure.'],
    blinding: ['What did annotators know when they annotated?', 'Clinical facts, other results, output of a model.'],
    interval: [
      'How much time lay between image and reference standard?',
      'And what was done to the patient meanwhile.',
    ],
    'adverse-events': [
      'Were there adverse events from imaging or the reference standard?',
      '“None known” is an answer.',
    ],
  },
  'Ethics and openness': {
    ethics: [
      'Which ethics committee approved the study, and was there consent?',
      'Name and number, or why none was needed.',
    ],
    fairness: ['Which ethical questions and questions of fairness remain?', 'Groups that are missing, harm of errors.'],
    registration: [
      'Where are the study and its protocol registered?',
      'Register, number and address, or “not registered”.',
    ],
    funding: ['Who paid, and what was their role?', 'Grants, equipment, none.'],
    interests: ['Which conflicts of interest do the authors have?', 'Financial and other; “none” is an answer.'],
    involvement: ['How were patients and the public involved?', '“Not involved” is an answer.'],
  },
  Meaning: {
    implications: [
      'What do the results mean for practice and research?',
      'With earlier studies in mind, and what should come next.',
    ],
    'poor-input': ['What should happen with images of poor quality or none?', 'Who notices, what is done then.'],
  },
} as const;

type KeysOfUnion<T> = T extends unknown ? keyof T : never;
export type QuestionId = KeysOfUnion<(typeof ASKED)[keyof typeof ASKED]>;

export interface Question {
  id: QuestionId;
  group: string;
  text: string;
  /** What a good answer names. */
  hint: string;
}

export const QUESTIONS: readonly Question[] = Object.entries(ASKED).flatMap(([group, questions]) =>
  Object.entries(questions).map(([id, [text, hint]]: [string, readonly [string, string]]) => ({
    ...{ id: id as QuestionId, group, text, hint },
  })),
);

export const isQuestion = (id: string): id is QuestionId => QUESTIONS.some((question) => question.id === id);

/** A confirmed statement is stored among the answers under this key. */
export const confirmKey = (statement: string): string => `confirm:${statement}`;
export const CONFIRMED = 'yes';
export const LONGEST_ANSWER = 4000;

/** A sentence that the program wrote from the stored data, for the authors to confirm. */
export interface Statement {
  id: string;
  topic: string;
  text: string;
  confirmed: boolean;
}

export interface ChecklistCount {
  name: string;
  items: number;
  /** From the stored runs, answered, or confirmed. */
  reported: number;
}

export interface StudyQuestionnaire {
  /** By question id; unanswered ones are absent. */
  answers: Record<string, string>;
  statements: Statement[];
  checklists: ChecklistCount[];
}

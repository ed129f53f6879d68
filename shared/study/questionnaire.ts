/**
 * What only the authors of a study can say, asked once a study: the answers fill the reporting checklists and the model card of its
 * report. The wording is ours; the checklists that an answer serves are in main/report/checklists.
 */
export interface Question {
  id: string;
  group: string;
  text: string;
  /** What a good answer names. */
  hint: string;
}

export const QUESTIONS = [
  q(
    'background',
    'Purpose',
    'What is known, and why was this study done?',
    'The clinical problem, what exists, the gap.',
  ),
  q(
    'objectives',
    'Purpose',
    'What were the objectives and hypotheses?',
    'Which were set beforehand, which are exploratory.',
  ),
  q(
    'intended-use',
    'Purpose',
    'What is the model meant for, and where in the care pathway?',
    '“Research only” is an answer.',
  ),
  q(
    'users',
    'Purpose',
    'Who would use it, and what expertise do they need?',
    'Profession, training, what they have to do.',
  ),
  q('out-of-scope', 'Purpose', 'What must it not be used for?', 'Other diseases, devices, ages, decisions.'),
  q(
    'inequalities',
    'Purpose',
    'Which health inequalities between groups are known for this disease?',
    'By sex, age, ethnicity, income, region.',
  ),
  q(
    'design',
    'Participants',
    'Were the data collected before or after the study was planned?',
    'Prospective or retrospective.',
  ),
  q(
    'identification',
    'Participants',
    'How were eligible participants found?',
    'Screening, symptoms, a register, earlier results.',
  ),
  q(
    'setting-dates',
    'Participants',
    'Where and when were the images taken?',
    'Kind of care, number and place of centres, first and last date.',
  ),
  q(
    'series',
    'Participants',
    'Is it a consecutive, random or convenience series?',
    'And what was left out before the data set was made.',
  ),
  q(
    'treatments',
    'Participants',
    'Which treatments had participants received that change the images?',
    'Laser, surgery, drains, drugs; how it was handled.',
  ),
  q(
    'devices',
    'Participants',
    'Which devices took the images, by which protocol?',
    'Manufacturer, model, field of view, mydriasis, projection.',
  ),
  q(
    'reference-standard',
    'Reference standard',
    'What is the reference standard, and how is a positive defined?',
    'Grading scale, report, test; cut-off and whether it was set beforehand.',
  ),
  q(
    'reference-reason',
    'Reference standard',
    'Why this reference standard?',
    'Alternatives, and what is wrong with it.',
  ),
  q('annotators', 'Reference standard', 'Who annotated the images?', 'How many, profession, years of experience.'),
  q(
    'annotation-procedure',
    'Reference standard',
    'How did they annotate?',
    'Tools, instructions, in clinical routine or afterwards, how disagreement was settled.',
  ),
  q(
    'rater-variability',
    'Reference standard',
    'How well do annotators agree?',
    'Within and between raters, with the measure.',
  ),
  q(
    'blinding',
    'Reference standard',
    'What did annotators know when they annotated?',
    'Clinical facts, other results, output of a model.',
  ),
  q(
    'interval',
    'Reference standard',
    'How much time lay between image and reference standard?',
    'And what was done to the patient meanwhile.',
  ),
  q(
    'adverse-events',
    'Reference standard',
    'Were there adverse events from imaging or the reference standard?',
    '“None known” is an answer.',
  ),
  q(
    'ethics',
    'Ethics and openness',
    'Which ethics committee approved the study, and was there consent?',
    'Name and number, or why none was needed.',
  ),
  q(
    'fairness',
    'Ethics and openness',
    'Which ethical questions and questions of fairness remain?',
    'Groups that are missing, harm of errors.',
  ),
  q(
    'registration',
    'Ethics and openness',
    'Where are the study and its protocol registered?',
    'Register, number and address, or “not registered”.',
  ),
  q('funding', 'Ethics and openness', 'Who paid, and what was their role?', 'Grants, equipment, none.'),
  q(
    'interests',
    'Ethics and openness',
    'Which conflicts of interest do the authors have?',
    'Financial and other; “none” is an answer.',
  ),
  q('involvement', 'Ethics and openness', 'How were patients and the public involved?', '“Not involved” is an answer.'),
  q(
    'implications',
    'Meaning',
    'What do the results mean for practice and research?',
    'With earlier studies in mind, and what should come next.',
  ),
  q(
    'poor-input',
    'Meaning',
    'What should happen with images of poor quality or none?',
    'Who notices, what is done then.',
  ),
] as const satisfies readonly Question[];

export type QuestionId = (typeof QUESTIONS)[number]['id'];

function q<const Id extends string>(id: Id, group: string, text: string, hint: string): Question & { id: Id } {
  return { id, group, text, hint };
}

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

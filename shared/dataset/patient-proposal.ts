/** Patients that the names of images or folders suggest, where the data set names none. */

/** `names`: as proposed, which the user has confirmed; `images`: every image, or every identifier, is a patient of its own. */
export const PATIENT_CHOICES = ['names', 'images'] as const;
export type PatientChoice = (typeof PATIENT_CHOICES)[number];

export interface PatientProposal {
  /** How patients are read from names, one sentence. */
  rule: string;
  /** What the column of patients would hold for a few images. */
  examples: { image: string; patient: string }[];
  images: number;
  /** Among these images. */
  patients: number;
  /** What the user has chosen; null: the proposal is used, and nobody has confirmed it. */
  choice: PatientChoice | null;
}

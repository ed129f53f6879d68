/** What an import may leave out or wonder about, the worst first, and the words for it. */
import { z } from 'zod';

export const PROBLEM_WORDS = {
  'unread-folder': 'Folder, table or link that could not be read',
  'unread-image': 'Image file that could not be opened',
  'unknown-column': 'Column without a meaning here',
  'bad-row': 'Table or row that cannot be read',
  'excluded-image': 'Image that was left out by hand',
  'duplicate-content': 'The same picture under another name',
  'shared-image': 'One image under several patients',
  'shared-patient': 'One patient in several given splits',
  'duplicate-name': 'Image named more than once',
  'unreadable-image': 'Image file that cannot be decoded',
  'not-an-image': 'Not an image, whatever its name says',
  'missing-image': 'Listed, but there is no such image file',
  'unknown-label': 'Label that cannot be read',
  'few-cases': 'Few cases of a label',
  assumed: 'Assumed, unless you say otherwise',
  'no-patient': 'No patient named',
  'guessed-patients': 'Patients guessed from names',
  'exams-for-patients': 'Studies or exams in place of patients',
  'contradictory-patients': 'One patient with two sexes, distant ages or many sites',
  'burned-in-text': 'Text burned into the picture',
  'unknown-patient': 'Word that names no patient',
  'doubtful-patients': 'Patients to look at',
  'merged-patients': 'Patients in several spellings, merged',
  'alike-pictures': 'Pictures of many patients that look the same',
  'different-pictures': 'Pictures that look the same, declared different',
  'similar-pictures': 'The same picture saved anew',
  'joined-rows': 'Several rows of one image, joined',
  'merged-values': 'Labels in several spellings, merged',
  'matched-loosely': 'Found by another spelling',
  'other-view': 'Not a frontal view',
  'unlabelled-image': 'Image without a label',
  'image-quality': 'Images whose quality deserves a look',
  converted: 'Converted while reading, such as from 16 to 8 bits',
};

export type ProblemKind = keyof typeof PROBLEM_WORDS;
export const PROBLEM_KINDS = Object.keys(PROBLEM_WORDS) as ProblemKind[];
export const problemKindSchema = z.enum(PROBLEM_KINDS);

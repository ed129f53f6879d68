/**
 * CheXpert's table: 1.0 present, 0.0 absent, -1.0 uncertain, blank not mentioned. The training labels imitate a report labeller (blanks and
 * uncertain entries, a few misses); the validation labels are complete, as the radiologists' are in the real set.
 */
import { CHEXPERT_FINDINGS, PAPER_FINDINGS, type ChexpertFinding } from '../../../shared/dataset/chexpert.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import type { ChestStudy } from './patient.ts';

export const CHEXPERT_HEADER = ['Path', 'Sex', 'Age', 'Frontal/Lateral', 'AP/PA', ...CHEXPERT_FINDINGS].join(',');

export const CHEXPERT_FOLDER = 'CheXpert-v1.0-small';

type Entry = '1.0' | '0.0' | '-1.0' | '';

function mentionPresent(stream: RandomStream): Entry {
  const draw = stream.uniform();
  return draw < 0.82 ? '1.0' : draw < 0.94 ? '-1.0' : '';
}

function mentionAbsent(stream: RandomStream): Entry {
  const draw = stream.uniform();
  return draw < 0.66 ? '' : draw < 0.95 ? '0.0' : draw < 0.985 ? '-1.0' : '1.0';
}

/** What is on the picture, for every column. */
export function drawnFindings(study: ChestStudy): Record<ChexpertFinding, boolean> {
  const { findings } = study;
  const present = Object.fromEntries(CHEXPERT_FINDINGS.map((name) => [name, false])) as Record<
    ChexpertFinding,
    boolean
  >;
  for (const name of PAPER_FINDINGS) present[name] = findings[name] !== null;
  present['Lung Opacity'] = present.Consolidation || present.Edema || present.Atelectasis;
  present['Enlarged Cardiomediastinum'] = present.Cardiomegaly;
  present['Support Devices'] = study.devices;
  present['No Finding'] = PAPER_FINDINGS.every((name) => findings[name] === null);
  return present;
}

export function labelStudy(study: ChestStudy, complete: boolean): Entry[] {
  const present = drawnFindings(study);
  const stream = new RandomStream('cxr-labels', study.key);
  return CHEXPERT_FINDINGS.map((name): Entry => {
    const draw = present[name] ? mentionPresent(stream) : mentionAbsent(stream);
    if (complete) return present[name] ? '1.0' : '0.0';
    const isPathology = (PAPER_FINDINGS as readonly string[]).includes(name);
    if (isPathology) return draw;
    // The other columns name nothing that was not drawn, and 'No Finding' is never uncertain.
    if (present[name]) return name === 'No Finding' || draw === '1.0' ? '1.0' : '';
    return draw === '0.0' && name !== 'No Finding' ? '0.0' : '';
  });
}

export function studyPath(study: ChestStudy, split: 'train' | 'valid'): string {
  const patient = `patient${String(study.patient.number).padStart(5, '0')}`;
  return `${CHEXPERT_FOLDER}/${split}/${patient}/study${study.study}/view1_frontal.jpg`;
}

export function studyRow(study: ChestStudy, split: 'train' | 'valid'): string {
  const { patient, view } = study;
  const entries = labelStudy(study, split === 'valid');
  return [studyPath(study, split), patient.sex, patient.age, 'Frontal', view, ...entries].join(',');
}

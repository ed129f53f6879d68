/** What a phantom data set consists of: which images, where they go, and the tables beside them. Pure functions of the options. */
import { createScene } from './fundus/scene.ts';
import { renderFundus } from './fundus/render.ts';
import { createEye, createPatient, type Side } from './fundus/patient.ts';
import { CHEXPERT_FOLDER, CHEXPERT_HEADER, studyPath, studyRow } from './cxr/labels.ts';
import { countStudies, createStudy } from './cxr/patient.ts';
import { renderChest } from './cxr/render.ts';
import type { PhantomRequest } from '../../shared/dataset/phantom.ts';
import type { PhantomImage } from './image.ts';
import { LEAF_CLASSES } from './natural/classes.ts';
import { createTextures, renderNatural } from './natural/render.ts';

export interface PhantomPlan {
  /** Paths of the images relative to the output folder, with '/'. */
  files: string[];
  /** Renders the image of `files[index]`. */
  render(index: number): { image: PhantomImage; quality: number };
  /** Label tables, written when every image is there. */
  tables: { file: string; text: string }[];
  /** Where the data set begins, relative to the output folder ('' = itself): what a user would import. */
  root: string;
}

const SIDES: readonly Side[] = ['left', 'right'];

/** EyePACS: `trainLabels.csv` (`image,level`) and `train/ID_left.jpeg`. Patient numbers begin with 1. */
function planFundus({ patients, size, seed }: PhantomRequest): PhantomPlan {
  const eyes = Array.from({ length: patients * 2 }, (_, i) => ({ number: 1 + (i >> 1), side: SIDES[i & 1] as Side }));
  const rows = eyes.map(
    ({ number, side }) => `${number}_${side},${createEye(seed, createPatient(seed, number), side).label}`,
  );
  return {
    root: '',
    files: eyes.map(({ number, side }) => `train/${number}_${side}.jpeg`),
    render(index) {
      const { number, side } = eyes[index] as (typeof eyes)[number];
      const scene = createScene(seed, number, side);
      return { image: renderFundus(scene, size), quality: scene.patient.camera.quality };
    },
    tables: [{ file: 'trainLabels.csv', text: `image,level\n${rows.join('\n')}\n` }],
  };
}

/** The first patient of CheXpert's validation set; phantoms keep the numbering while they are fewer. */
const FIRST_VALID_PATIENT = 64541;

/** CheXpert: one patient in ten goes to `valid`, which has complete labels. */
function planCxr({ patients, size, seed }: PhantomRequest): PhantomPlan {
  const valid = patients > 1 ? Math.max(1, Math.round(patients / 10)) : 0;
  const studies = Array.from({ length: patients }, (_, i) => {
    const split = i < patients - valid ? ('train' as const) : ('valid' as const);
    const number =
      split === 'train' ? i + 1 : Math.max(FIRST_VALID_PATIENT, patients - valid + 1) + (i - (patients - valid));
    return Array.from({ length: countStudies(seed, number) }, (_, k) => ({
      split,
      study: createStudy(seed, number, k + 1, size),
    }));
  }).flat();
  const table = (split: 'train' | 'valid') => ({
    file: `${CHEXPERT_FOLDER}/${split}.csv`,
    text: [CHEXPERT_HEADER, ...studies.filter((s) => s.split === split).map((s) => studyRow(s.study, split)), ''].join(
      '\n',
    ),
  });
  return {
    root: CHEXPERT_FOLDER,
    files: studies.map(({ study, split }) => studyPath(study, split)),
    render: (index) => ({ image: renderChest((studies[index] as (typeof studies)[number]).study), quality: 90 }),
    tables: [table('train'), table('valid')],
  };
}

/** One folder per class, `pebbles/pebbles_00001.jpeg`. */
function planNatural({ patients, size, seed }: PhantomRequest): PhantomPlan {
  let textures: Float32Array[] | undefined;
  const count = LEAF_CLASSES.length;
  const place = (index: number) => ({ classIndex: index % count, number: Math.floor(index / count) + 1 });
  return {
    root: '',
    files: Array.from({ length: patients * count }, (_, i) => {
      const { classIndex, number } = place(i);
      const name = (LEAF_CLASSES[classIndex] as (typeof LEAF_CLASSES)[number]).name;
      return `${name}/${name}_${String(number).padStart(5, '0')}.jpeg`;
    }),
    render(index) {
      textures ??= createTextures(seed);
      const { classIndex, number } = place(index);
      return { image: renderNatural({ seed, classIndex, index: number, size }, textures), quality: 92 };
    },
    tables: [],
  };
}

export function planPhantoms(options: PhantomRequest): PhantomPlan {
  switch (options.kind) {
    case 'fundus':
      return planFundus(options);
    case 'cxr':
      return planCxr(options);
    case 'natural':
      return planNatural(options);
  }
}

/** COVID-19 Radiography Database: a folder for each class with `images/` and `masks/`, and a workbook of names for each. */
import { countOf } from '../../../../shared/words/numbers.ts';
import { folderPerClass, isMask, placeByFolder } from '../folder-per-class.ts';
import type { Recogniser } from '../recogniser.ts';

const CLASSES = ['COVID', 'COVID-19', 'Lung_Opacity', 'Normal', 'NORMAL', 'Viral Pneumonia'];

export const covidRadiography: Recogniser = {
  layout: 'covid-radiography',
  name: 'COVID-19 Radiography Database (folder per class)',

  recognise({ index }) {
    // To place the images of a large folder takes time, and every import comes by here.
    if (!index.images.some((file) => file.includes('COVID'))) return null;
    const classes = placeByFolder(index.images)?.classes ?? [];
    const workbooks = index.tableFiles.filter((file) => /\.metadata\.xlsx$/i.test(file));
    const isKnown = classes.every((name) => CLASSES.includes(name)) && classes.some((name) => name.startsWith('COVID'));
    if (!isKnown || (!classes.includes('Viral Pneumonia') && workbooks.length === 0)) return null;
    const masks = index.images.filter(isMask).length;
    return {
      confidence: 'certain',
      evidence: [
        `The images lie in the folders ${classes.map((name) => `"${name}"`).join(', ')}, which are this data set's classes.`,
        ...(workbooks.length > 0
          ? [`Beside them: ${workbooks.join(', ')}, which name the images and hold no labels.`]
          : []),
        ...(masks > 0 ? [`${countOf(masks, 'file')} in folders of masks are no radiographs, and are not used.`] : []),
        'It was put together from several sources and does not say whose an image is: a network may learn the source, and patients cannot be told apart.',
      ],
    };
  },

  async read(facts, problems, signal) {
    return { ...(await folderPerClass.read(facts, problems, signal)), modality: 'cxr' };
  },
};

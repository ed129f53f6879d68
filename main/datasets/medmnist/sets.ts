/** The sets of MedMNIST v2 whose files hold flat images, by the names of their files: what the numbers of their labels mean. */
const ORGANS = [
  'bladder',
  'left femur',
  'right femur',
  'heart',
  'left kidney',
  'right kidney',
  'liver',
  'left lung',
  'right lung',
  'pancreas',
  'spleen',
];

/** Classes in the order of their numbers; of ChestMNIST the findings in the order of its columns. */
export const MEDMNIST_CLASSES: Readonly<Record<string, readonly string[]>> = {
  retinamnist: ['0', '1', '2', '3', '4'],
  chestmnist:
    'atelectasis cardiomegaly effusion infiltration mass nodule pneumonia pneumothorax consolidation edema emphysema fibrosis pleural hernia'.split(
      ' ',
    ),
  pneumoniamnist: ['normal', 'pneumonia'],
  octmnist: ['choroidal neovascularization', 'diabetic macular edema', 'drusen', 'normal'],
  breastmnist: ['malignant', 'normal or benign'],
  dermamnist: [
    'actinic keratoses and intraepithelial carcinoma',
    'basal cell carcinoma',
    'benign keratosis-like lesions',
    'dermatofibroma',
    'melanoma',
    'melanocytic nevi',
    'vascular lesions',
  ],
  pathmnist: [
    'adipose',
    'background',
    'debris',
    'lymphocytes',
    'mucus',
    'smooth muscle',
    'normal colon mucosa',
    'cancer-associated stroma',
    'colorectal adenocarcinoma epithelium',
  ],
  bloodmnist: [
    'basophil',
    'eosinophil',
    'erythroblast',
    'immature granulocytes',
    'lymphocyte',
    'monocyte',
    'neutrophil',
    'platelet',
  ],
  tissuemnist: [
    'collecting duct or connecting tubule',
    'distal convoluted tubule',
    'glomerular endothelial cells',
    'interstitial endothelial cells',
    'leukocytes',
    'podocytes',
    'proximal tubule segments',
    'thick ascending limb',
  ],
  organamnist: ORGANS,
  organcmnist: ORGANS,
  organsmnist: ORGANS,
};

/** `retinamnist_224.npz` -> retinamnist; null for names of no set. */
export function medmnistSet(file: string): string | null {
  const name = /([a-z]+mnist)(_\d+)?( \(\d+\))?\.npz$/i.exec(file)?.[1]?.toLowerCase();
  return name !== undefined && Object.hasOwn(MEDMNIST_CLASSES, name) ? name : null;
}

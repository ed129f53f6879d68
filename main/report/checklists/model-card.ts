import { ask, confirm, log, type Checklist, type ChecklistItem } from './checklist.ts';

const HEADINGS: Record<string, ChecklistItem[]> = {
  'Model details': [
    log('', 'Architecture', 'architecture'),
    log('', 'Initialisation', 'initialisation'),
    log('', 'Training', 'training'),
    log('', 'Software', 'software'),
  ],
  'Intended use': [
    ask('', 'Purpose', 'intended-use'),
    ask('', 'Users', 'users'),
    ask('', 'Out of scope', 'out-of-scope'),
  ],
  Factors: [ask('', 'Devices', 'devices'), confirm('', 'How representative', 'representativeness')],
  Metrics: [log('', 'Measures', 'metrics'), log('', 'Uncertainty', 'uncertainty')],
  'Evaluation data': [log('', 'Internal testing', 'internal-test'), log('', 'External testing', 'external-test')],
  'Training data': [confirm('', 'Source', 'data-source'), log('', 'Parts', 'partitions')],
  'Quantitative analyses': [log('', 'Accuracy', 'accuracy')],
  'Ethical considerations': [ask('', 'Ethics and fairness', 'fairness')],
  Caveats: [confirm('', 'Limitations', 'limitations'), ask('', 'Poor input', 'poor-input')],
};

/** The nine headings of a model card, one statement or more each. */
export const MODEL_CARD: Checklist = {
  id: 'model-card',
  name: 'Model card',
  source: 'Headings after Mitchell M et al. Model Cards for Model Reporting. FAT* 2019:220–229.',
  grouped: true,
  items: Object.entries(HEADINGS).flatMap(([number, items]) => items.map((item) => ({ ...item, number }))),
};

/** The model card (Mitchell et al., Model Cards for Model Reporting, FAT* 2019): its nine headings, one statement or more each. */
import type { QuestionId } from '../../../shared/study/questionnaire.ts';
import { ask, confirm, log, type Checklist, type ChecklistItem } from './checklist.ts';
import type { FactId } from './facts.ts';

const part = (heading: string, item: ChecklistItem): ChecklistItem => ({ ...item, number: heading });
const said = (heading: string, topic: string, fact: FactId) => part(heading, log('', topic, fact));
const asked = (heading: string, topic: string, question: QuestionId) => part(heading, ask('', topic, question));

export const MODEL_CARD: Checklist = {
  id: 'model-card',
  name: 'Model card',
  source: 'Headings after Mitchell M et al. Model Cards for Model Reporting. FAT* 2019:220–229.',
  items: [
    said('Model details', 'Architecture', 'architecture'),
    said('Model details', 'Initialisation', 'initialisation'),
    said('Model details', 'Training', 'training'),
    said('Model details', 'Software', 'software'),
    asked('Intended use', 'Purpose', 'intended-use'),
    asked('Intended use', 'Users', 'users'),
    asked('Intended use', 'Out of scope', 'out-of-scope'),
    asked('Factors', 'Devices', 'devices'),
    part('Factors', confirm('', 'How representative', 'representativeness')),
    said('Metrics', 'Measures', 'metrics'),
    said('Metrics', 'Uncertainty', 'uncertainty'),
    said('Evaluation data', 'Internal testing', 'internal-test'),
    said('Evaluation data', 'External testing', 'external-test'),
    part('Training data', confirm('', 'Source', 'data-source')),
    said('Training data', 'Parts', 'partitions'),
    said('Quantitative analyses', 'Accuracy', 'accuracy'),
    asked('Ethical considerations', 'Ethics and fairness', 'fairness'),
    part('Caveats', confirm('', 'Limitations', 'limitations')),
    asked('Caveats', 'Poor input', 'poor-input'),
  ],
};

/** Technical words of the app, each in a sentence that a clinician can use. Found by Ctrl K. */
export interface GlossaryEntry {
  term: string;
  meaning: string;
}

export const GLOSSARY: readonly GlossaryEntry[] = [
  {
    term: 'Adam',
    meaning: 'The rule by which training adjusts the weights; it adapts the size of each step by itself.',
  },
  { term: 'Arm', meaning: 'One model with one initialisation and one number of training images, repeated over seeds.' },
  {
    term: 'AUC',
    meaning:
      'The probability that a positive image gets a higher score than a negative one: 0.5 is chance, 1 is perfect.',
  },
  { term: 'Batch norm', meaning: 'A layer that rescales its input, so that training goes faster and more steadily.' },
  { term: 'Block1, block2 ...', meaning: 'The stages of a network, from the first, which sees edges, to the last.' },
  { term: 'Brier score', meaning: 'The mean squared error of the predicted probabilities: lower is better.' },
  {
    term: 'Calibration',
    meaning: 'Whether predicted probabilities are true: of images given 20 %, a fifth are positive.',
  },
  {
    term: 'CBR',
    meaning: 'The small networks of the paper: convolution, batch norm, ReLU, repeated four or five times.',
  },
  { term: 'CCA similarity', meaning: 'How alike two networks see the same images inside: 0 not at all, 1 the same.' },
  { term: 'Censored', meaning: 'A run that ended before it reached the threshold: it would have needed more steps.' },
  { term: 'Checkpoint', meaning: 'The state of a run on disk, from which it goes on after a pause or a crash.' },
  { term: 'Conv1', meaning: 'The first layer of a network. Its filters can be looked at as small pictures.' },
  { term: 'Epoch', meaning: 'Training has seen every training image once.' },
  {
    term: 'Gabor',
    meaning: 'An initialisation whose first layer holds made-up edge filters; all other layers are random.',
  },
  { term: 'Initialisation', meaning: 'The values of the weights before training: random, transferred, or in between.' },
  {
    term: 'Leakage',
    meaning: 'A patient or a picture in two splits, which makes test results look better than they are.',
  },
  { term: 'Logit', meaning: 'A probability on a scale without ends: the logarithm of the odds.' },
  {
    term: 'Margin',
    meaning: 'The largest loss of AUC that would not matter, declared before the test images are scored.',
  },
  { term: 'Mean-var', meaning: 'Random weights with the mean and spread that each transferred layer has.' },
  {
    term: 'Platt scaling',
    meaning: 'Makes probabilities truer after training, by two numbers fitted on validation images.',
  },
  { term: 'Seed', meaning: 'The number that decides all chance in a run. Several seeds show how much luck matters.' },
  { term: 'Sigmoid', meaning: 'Turns each output into a probability by itself; findings can stand together.' },
  { term: 'Softmax', meaning: 'Turns the outputs into probabilities that sum to one; an image has exactly one class.' },
  { term: 'Step', meaning: 'One update of the weights, from one batch of images.' },
  { term: 'Tensor', meaning: 'A block of numbers, such as the weights of one layer.' },
  { term: 'Transfer', meaning: 'Training starts from weights that were learned on other images.' },
  { term: 'Transfusion', meaning: 'Only the first stages start from transferred weights; the others are random.' },
  {
    term: 'Youden index',
    meaning: 'Sensitivity plus specificity minus one; the threshold with the largest balances both.',
  },
];

/** Do probabilities mean what they say, as trained and after recalibration? Pure. */
import { EMPTY, estimate } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import {
  PROBABILITY_KINDS,
  PROBABILITY_WORDS,
  type ArmDetails,
  type ArmMean,
  type CalibrationMeans,
  type ProbabilityKind,
  type RunDetails,
} from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';
import {
  armColumn,
  CALIBRATION_NOTE,
  calibrationColumns,
  detailGroups,
  meansNote,
  runsOf,
  type DetailsInput,
} from './details-parts.ts';

export function calibrationTable(input: DetailsInput): Table {
  const { details, arms } = input;
  const graded = details.arms.some(({ kappa }) => kappa !== null);
  return buildTable<ArmDetails, RunDetails>({
    caption: 'Average precision and calibration on the test images, probabilities as trained',
    notes: [
      meansNote(details),
      `${CALIBRATION_NOTE} AP: average precision.${graded ? ' Kappa: quadratic weighted, of the grade with the largest probability.' : ''}`,
    ],
    groupHead: 'model',
    groups: detailGroups(input),
    childrenOf: ({ armId }) => runsOf(details.runs, armId),
    columns: [
      armColumn(arms),
      {
        ...{ key: 'average_precision', head: 'AP', number: true },
        cell: ({ averagePrecision }) => estimate(averagePrecision),
        child: ({ averagePrecision }) => estimate(averagePrecision),
      },
      ...calibrationColumns<ArmDetails, RunDetails>({ item: (arm) => arm, child: (run) => run }),
      {
        ...{ key: 'kappa', head: 'Kappa', number: true, when: graded },
        cell: ({ kappa }) => estimate(kappa),
        child: ({ kappa }) => estimate(kappa),
      },
    ],
  });
}

interface Recalibrated {
  armId: string;
  means: CalibrationMeans | undefined;
  change: ArmMean | undefined;
}

/** Before and after, so that arms are compared on the same kind of probability. */
export function recalibrationTable(input: DetailsInput): Table {
  const { details, arms } = input;
  const nameOf = armCells(arms);
  const found = detailGroups(input).flatMap(({ items }) => items);
  const updated = (arm: ArmDetails, kind: ProbabilityKind): Recalibrated => {
    const { after, brierChange } = arm.recalibration.find(({ method }) => method === kind) ?? {};
    return { armId: arm.armId, means: kind === 'as-trained' ? arm : after, change: brierChange };
  };
  return buildTable<Recalibrated>({
    caption: 'Calibration before and after recalibration (model updating)',
    notes: [
      'Probabilities were mapped through logit p → a + b logit p, with a and b (Platt scaling) or b alone (temperature 1/b, a = 0) fitted by maximum likelihood on the validation images of each run and applied to its test images. The fit is taken as it is; validation also chose the checkpoint, so that it is not wholly fresh. The maps rise, so that AUCs, and calls at a threshold that is mapped along, stay as they are.',
      `${meansNote(details)} Other tables are of probabilities as trained, unless their caption names others.`,
    ],
    groupHead: 'probabilities',
    groups: PROBABILITY_KINDS.map((kind) => ({
      title: PROBABILITY_WORDS[kind].replace(/^./, (first) => first.toUpperCase()),
      items: found.map((arm) => updated(arm, kind)).filter(({ means }) => means !== undefined),
    })),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId) },
      ...calibrationColumns<Recalibrated>({ item: ({ means }) => means }),
      {
        ...{ key: 'brier_change', head: 'Change of Brier', number: true },
        cell: ({ change }) => (change === undefined ? EMPTY : estimate(change, { signed: true })),
      },
    ],
  });
}

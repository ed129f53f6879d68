/** ROC curves, one panel a model and size: the mean over seeds with its band, each seed, and the operating point of each. Pure. */
import { pointOf, type RunDetails, type StudyDetails, type ThresholdRuleName } from '../results/study-details.ts';
import { endpointName } from '../results/endpoint-name.ts';
import type { StudyResults } from '../results/results.ts';
import { groupArms } from '../study/arms.ts';
import { meanCurve } from './curves.ts';
import type { Panels, Point } from './figure.ts';
import { assignSlots } from './palette.ts';
import { DIAGONAL } from './reliability-figure.ts';

/** A standard deviation over fewer seeds says nothing. */
const SEEDS_OF_BAND = 3;

/** Null where no run has a curve. */
export function rocFigure({ arms, endpoints }: StudyResults, details: StudyDetails): Panels | null {
  const { endpointId, runs, rule } = details;
  const slots = assignSlots(arms.map((arm) => arm.initLabel));
  const panels = groupArms(arms).flatMap((group) => {
    const series = group.arms.flatMap(({ armId, initLabel }) => {
      const own = runs.filter((run) => run.armId === armId && run.roc.length > 0);
      if (own.length === 0) return [];
      const seeds = own.map((run) => ({ label: `seed ${run.seed}`, points: curveOf(run) }));
      const { mean, band } = meanCurve(own.map(({ roc }) => pointsOf(roc)));
      return {
        ...{ id: armId, label: initLabel, slot: slots.get(initLabel) ?? 0, seeds },
        mean: [ORIGIN, ...mean],
        band: own.length < SEEDS_OF_BAND ? [] : band.map(({ x, low, high }) => ({ x, ...within(low, high) })),
        marked: own.flatMap((run) => operatingPoint(run, rule)),
      };
    });
    return series.length === 0 ? [] : [{ title: group.title, under: '', series, guide: DIAGONAL }];
  });
  if (panels.length === 0) return null;
  return {
    kind: 'panels',
    title: `ROC curves, ${endpointName(endpoints, endpointId)}`,
    ...{ xLabel: '1 − specificity', yLabel: 'Sensitivity', panels, marks: 'curve' },
    ...{ xRange: [0, 1], yRange: [0, 1], digits: 3, key: true },
  };
}

const ORIGIN: Point = { x: 0, y: 0 };

const pointsOf = (roc: readonly number[]): Point[] => roc.map((y, index) => ({ x: index / (roc.length - 1), y }));

const curveOf = ({ roc }: RunDetails): Point[] => [ORIGIN, ...pointsOf(roc)];

const within = (low: number, high: number) => ({ low: Math.max(0, low), high: Math.min(1, high) });

function operatingPoint(run: RunDetails, rule: ThresholdRuleName): Point[] {
  const { sensitivity, specificity } = pointOf(run, rule).point?.rates ?? {};
  if (sensitivity?.value == null || specificity?.value == null) return [];
  return [{ x: 1 - specificity.value, y: sensitivity.value }];
}

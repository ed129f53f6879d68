/** Mean AUC of every arm with its interval and each seed's AUC, one figure an endpoint. Pure. */
import { formatInterval, formatNumber } from '../words/numbers.ts';
import { endpointName } from '../results/endpoint-name.ts';
import type { StudyResults } from '../results/results.ts';
import { groupArms } from '../study/arms.ts';
import type { Forest, ForestRow } from './figure.ts';
import { assignSlots } from './palette.ts';

export function forestFigure({ arms, endpoints }: StudyResults, endpointId: string): Forest {
  const slots = assignSlots(arms.map((arm) => arm.initLabel));
  const name = endpointName(endpoints, endpointId);
  return {
    kind: 'forest',
    title: `Test AUC, ${name}`,
    xLabel: 'Mean test AUC with its 95 % interval; dots: single seeds',
    groups: groupArms(arms).map((group) => ({
      title: group.title,
      rows: group.arms.flatMap(({ initLabel, endpoints: own }): ForestRow[] => {
        const found = own.find((endpoint) => endpoint.endpointId === endpointId);
        if (found === undefined) return [];
        const { mean, low, high, runs } = found;
        const words = { value: formatNumber(mean), interval: formatInterval(low, high) };
        const dots = runs.flatMap(({ auc }) => auc ?? []);
        return [{ label: initLabel, slot: slots.get(initLabel) ?? 0, value: mean, low, high, dots, words }];
      }),
    })),
    reference: 0.5,
    within: [0, 1],
  };
}

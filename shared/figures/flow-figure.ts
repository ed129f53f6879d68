/** The data flow of a dataset as a diagram. Pure. */
import type { DatasetDetail } from '../dataset/dataset.ts';
import { countOf, formatCount } from '../words/numbers.ts';
import type { Flow } from './figure.ts';

export function flowFigure({ name, flow, splits }: Pick<DatasetDetail, 'name' | 'flow' | 'splits'>): Flow {
  return {
    kind: 'flow',
    title: `Data flow, ${name}`,
    steps: flow.map(({ step, images, note }, index) => {
      const lost = (flow[index - 1]?.images ?? images) - images;
      return {
        name: step,
        words: formatCount(images),
        left: lost > 0 ? { words: `Left out: ${formatCount(lost)}`, note } : null,
      };
    }),
    sets: splits.map(({ split, images, patients }) => ({
      name: `${split.charAt(0).toUpperCase()}${split.slice(1)}`,
      words: `${countOf(images, 'image')}, ${countOf(patients, 'patient')}`,
    })),
  };
}

/** How alike networks are, as tables. Pure. */
import type { ScatterPanel, StagePanel } from '../figures/similarity-panels.ts';
import { MODEL_NAMES } from '../study/models.ts';
import { count, estimate, missing, part, share } from '../tables/cells.ts';
import { buildTable, named, ungrouped, type Table } from '../tables/table.ts';
import { chanceSimilarity, type StageEstimate, type StudySimilarity } from './similarity.ts';

/** Stage by stage, and the mean of the two topmost where it is asked for. */
export function stageTable(panel: StagePanel): Table {
  return buildTable<StageEstimate>({
    caption: panel.title,
    groupHead: panel.kind === 'inits' ? 'Initialisations' : 'Initialisation',
    groups: panel.series.map(({ label, stages, top }) => ({
      title: label,
      items: [...stages, ...(top === null ? [] : [{ stage: 'two topmost', ...top }])],
    })),
    columns: [
      named('Stage', ({ stage }) => stage, false),
      {
        ...named('Similarity', ({ mean, low, high }) => estimate({ value: mean, low, high })),
        ...{ unit: '95 % CI over draws', ends: ['95 % low', '95 % high'] as const },
        about: 'Similarity: mean coefficient. Interval: over draws of images, places and channels.',
      },
      { ...named('SD between pairs', ({ sd }) => share(sd)), head: 'SD', unit: 'between pairs' },
      named('Pairs', ({ pairs }) => count(pairs)),
      {
        ...named('Chance', ({ stage }) => share(panel.chance?.[panel.stages.indexOf(stage)])),
        ...{
          head: 'Chance level',
          unit: 'at least',
          about: 'Chance level: similarity of unrelated networks, a lower bound.',
        },
      },
    ],
  });
}

/** Every pair of runs. */
export function scatterTable({ title, stages }: ScatterPanel): Table {
  const rows = stages.flatMap(({ stage, groups }) =>
    groups.flatMap(({ label, points }) => points.map((point) => ({ stage, label, ...point }))),
  );
  return buildTable<(typeof rows)[number]>({
    caption: title,
    groups: ungrouped(rows),
    columns: [
      named('Stage', ({ stage }) => stage, false),
      named('Pair of runs', ({ label }) => label, false),
      named('At the start', ({ initial }) => share(initial)),
      named('After training', ({ final }) => share(final)),
    ],
  });
}

export function rSquaredTable({ title, stages }: ScatterPanel): Table {
  const rows = stages.flatMap(({ stage, groups }) =>
    groups.map(({ label, correlation }) => ({ stage, label, ...correlation })),
  );
  return buildTable<(typeof rows)[number]>({
    caption: `${title}: R squared`,
    notes: ['Within each kind of pair, and only over pairs that start from different weights.'],
    groups: ungrouped(rows),
    columns: [
      named('Stage', ({ stage }) => stage, false),
      named('Pairs of runs', ({ label }) => label, false),
      named('R squared', ({ rSquared, why }) => share(rSquared, why ?? undefined)),
      named('Pairs', ({ pairs }) => count(pairs)),
    ],
  });
}

/** What was looked at in each stage; few test images allow fewer channels to be compared. */
export function sampledTable({ models, settings }: StudySimilarity): Table {
  const rows = models.flatMap(({ model, stages }) => stages.map((stage) => ({ model, ...stage })));
  return buildTable<(typeof rows)[number]>({
    caption: 'Sampled in each draw',
    groups: ungrouped(rows),
    columns: [
      named('Model', ({ model }) => MODEL_NAMES[model], false),
      named('Stage', ({ stage }) => stage, false),
      named('Channels', ({ neurons, channels }) => part(neurons, channels)),
      named('Datapoints', ({ datapoints }) => count(datapoints)),
      named('Images', ({ images }) => count(images)),
      named('Chance level', (stage) =>
        settings.method === 'cca'
          ? share(chanceSimilarity(stage))
          : missing('SVCCA compares fewer directions than channels'),
      ),
    ],
  });
}

/** `study filters STUDY --out DIR`: first-layer filters before and after training, and histograms of every layer, as figures. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { armWords } from '../../../shared/study/arms.ts';
import { tableCsv } from '../../../shared/tables/csv-face.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { FilterScale } from '../../../shared/figures/filter-grid.ts';
import { drawFigure } from '../../../shared/figures/drawing/draw-figure.ts';
import {
  FILTER_CHANNELS,
  filterPanels,
  filtersFigure,
  filtersTitle,
  type FilterChannel,
} from '../../../shared/figures/filter-figure.ts';
import { assignSlots } from '../../../shared/figures/palette.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { histogramsFigure } from '../../../shared/figures/weights-figures.ts';
import type { FilterView } from '../../../shared/results/results.ts';
import type { Arm } from '../../../shared/study/study.ts';
import { layersTable } from '../../../shared/weights/weights-tables.ts';
import { svgToPng } from '../../images/svg.ts';
import { writeExport, type FileContent } from '../../services/reports/export-folder.ts';
import type { CliContext } from '../context.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';
import { wholeNumber } from '../output/whole-number.ts';
import { requireArm } from '../../services/require.ts';

const FORMATS = ['svg', 'png'] as const;
const SCALES: readonly FilterScale[] = ['common', 'own'];
/** Fifteen pixels a weight: sharp on a slide and in print. */
const PNG_SCALE = 3;

interface FiltersFlags {
  arm?: string;
  seed?: number;
  allSeeds?: true;
  channel: FilterChannel[];
  scale: FilterScale[];
  format: (typeof FORMATS)[number][];
  out: string;
}

/** Adds the command to `study`. */
export function registerFilters(study: Command, context: CliContext): void {
  study
    .command('filters <study>')
    .description('first-layer filters before, after and their difference, and histograms of every layer, as files')
    .option('--arm <id>', 'only this arm (default: all)')
    .option(
      '--seed <n>',
      'only runs of this seed (default: the lowest that has finished of each arm)',
      wholeNumber(0, 2 ** 31),
    )
    .option('--all-seeds', 'every finished run')
    .addOption(
      new Option('--channel <name...>', 'colours together, or one of them in grey')
        .choices(FILTER_CHANNELS)
        .default([...FILTER_CHANNELS], 'all four'),
    )
    .addOption(
      new Option('--scale <name...>', 'one scale for all filters of a grid, or one for each filter')
        .choices(SCALES)
        .default([...SCALES], 'both'),
    )
    .addOption(new Option('--format <name...>', 'of the figures').choices(FORMATS).default([...FORMATS], 'both'))
    .requiredOption('--out <dir>', 'folder to write to; files of other origin in it are kept')
    .action((name: string, flags: FiltersFlags) => writeFilters(context, name, flags));
}

async function writeFilters(context: CliContext, name: string, flags: FiltersFlags): Promise<void> {
  if (flags.allSeeds === true && flags.seed !== undefined) {
    throw new AppError('bad-input', 'Expected either --seed or --all-seeds, got both.', {
      action: 'Leave one of them out.',
    });
  }
  const { services } = await context.app({ write: false });
  const detail = await services.studies.get(services.studies.find(name));
  const views = chooseViews(services.results.filters(viewsOf(detail.id, detail.arms, flags.arm)), flags);
  const names = exportNames(views);
  const slots = assignSlots(detail.arms.map(({ initLabel }) => initLabel));
  const files: FileContent[] = [];
  const add = (file: string, data: string | Uint8Array): void =>
    void files.push({ name: file, write: (append) => append(data) });

  const progress = context.out.progress('Drawing filters');
  try {
    for (const [index, view] of views.entries()) {
      context.signal.throwIfAborted();
      progress.update(index, views.length);
      const own = detail.arms.find(({ id }) => id === view.armId) as Arm;
      const arm = armWords(own);
      const stem = names[index] as string;
      const run = await services.weightAnalysis.run(view.runId);
      const slot = slots.get(own.initLabel) ?? 0;
      const drawings = [
        ...drawView(view, arm, flags).map(({ suffix, svg }) => ({ file: `${stem}-${suffix}`, svg })),
        {
          file: `${stem}-histograms`,
          svg: drawFigure(histogramsFigure({ arm, slot, seed: view.seed, layers: run.layers })).svg,
        },
      ];
      for (const { file, svg } of drawings) {
        if (flags.format.includes('svg')) add(`${file}.svg`, svg);
        if (flags.format.includes('png')) add(`${file}.png`, await svgToPng(svg, PNG_SCALE));
      }
      add(`${stem}-layers.csv`, tableCsv(layersTable(run)));
    }
    progress.update(views.length, views.length);
  } finally {
    progress.end();
  }
  const folder = path.resolve(flags.out);
  const written = writeExport({ folder, owner: `Transfusion Lab filters of study ${detail.id}`, files });
  const runs = views.map(({ runId, armId, seed, kernelSize, before }, index) => ({
    ...{ runId, armId, seed, kernelSize, filters: before.length, files: `${names[index] as string}-*` },
  }));
  context.out.result({ folder, runs, files: written }, () =>
    [
      tableText(
        plainTable(
          runs,
          {
            arm: ({ armId }) => armId,
            seed: ({ seed }) => String(seed),
            filters: ({ filters }) => String(filters),
            kernel: ({ kernelSize }) => `${kernelSize} x ${kernelSize}`,
            files: (run) => run.files,
          },
          ['seed', 'filters'],
        ),
      ),
      '',
      `${formatCount(written.length)} files in ${folder}. Mid grey is zero; before and after share one scale, the difference has its own.`,
    ].join('\n'),
  );
}

function viewsOf(id: string, arms: readonly Arm[], armId: string | undefined): { id: string; armId?: string } {
  if (armId === undefined) return { id };
  return { id, armId: requireArm(arms, armId).id };
}

/** The runs that are asked for, in the order of the study. */
function chooseViews(views: readonly FilterView[], { seed, allSeeds }: FiltersFlags): FilterView[] {
  if (views.length === 0) {
    throw new AppError('not-found', 'Expected a finished run with its weights, found none.', {
      action: 'Wait until a run has finished; `study status STUDY` tells how far it is. A bundle holds no weights.',
    });
  }
  if (allSeeds === true) return [...views];
  if (seed !== undefined) {
    const chosen = views.filter((view) => view.seed === seed);
    if (chosen.length > 0) return chosen;
    const seeds = [...new Set(views.map((view) => view.seed))].sort((a, b) => a - b);
    throw new AppError('not-found', `Expected the seed of a finished run, got ${seed}.`, {
      action: `Choose one of ${seeds.join(', ')}.`,
    });
  }
  const lowest = new Map<string, FilterView>();
  for (const view of views) {
    if (view.seed < (lowest.get(view.armId)?.seed ?? Infinity)) lowest.set(view.armId, view);
  }
  return [...lowest.values()];
}

function drawView(
  view: FilterView,
  arm: string,
  { channel, scale }: Pick<FiltersFlags, 'channel' | 'scale'>,
): { suffix: string; svg: string }[] {
  return channel.flatMap((one) => {
    const title = filtersTitle(arm, view.seed, one);
    const panels = filterPanels(view, one);
    return scale.map((how) => ({
      suffix: `filters-${one}-${how}`,
      svg: drawFigure(filtersFigure(title, panels, how)).svg,
    }));
  });
}

/** `cbr-tiny-transfer-natural-all-seed0`; arms whose ids differ in punctuation only get a number. */
export function exportNames(views: readonly Pick<FilterView, 'armId' | 'seed'>[]): string[] {
  const taken = new Map<string, number>();
  return views.map(({ armId, seed }) => {
    const stem = `${armId.replace(/[^\w.]+/g, '-').replace(/^-|-$/g, '')}-seed${seed}`;
    const times = (taken.get(stem) ?? 0) + 1;
    taken.set(stem, times);
    return times === 1 ? stem : `${stem}-arm${times}`;
  });
}

/** How alike the networks are, stage by stage: figures and tables of what was computed last; nothing where nothing was. */
import { scatterFigure, stageFigure } from '../../../shared/figures/similarity-figures.ts';
import {
  baselineSentences,
  scatterPanels,
  stagePanels,
  type ScatterPanel,
  type StagePanel,
} from '../../../shared/figures/similarity-panels.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import { figure, list, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { rSquaredTable, stageTable } from '../../../shared/similarity/similarity-tables.ts';

const CAPTIONS: Record<StagePanel['kind'], string> = {
  'before-after': 'each run against its own start, mean over the runs of an initialisation (cf. Figure 3 of the paper)',
  inits:
    'pairs of trained networks of different initialisations, beside pairs of random runs (cf. Figure 2 and Table 5 of the paper)',
  seeds: 'pairs of trained networks of one initialisation that differ by their seed (cf. Table 5 of the paper)',
};

/** Nothing where nothing was compared. */
export function similarityPart({ similarity, study }: Pick<ReportInput, 'similarity' | 'study'>): Block[] {
  if (similarity === null) return [];
  const panels = stagePanels(similarity, study.arms);
  const scatters = scatterPanels(similarity, study.arms);
  if (panels.length === 0 && scatters.length === 0) return [];
  return [text(basis(similarity)), ...panels.flatMap(stageBlocks), ...scatters.flatMap(scatterBlocks)];
}

function basis({ settings, images, missingRuns, models }: StudySimilarity): string {
  const method =
    settings.method === 'cca'
      ? 'canonical correlation analysis (CCA)'
      : 'SVCCA (CCA of the directions that carry 99 % of the variance)';
  const most = Math.max(...models.flatMap(({ stages }) => stages.map(({ neurons }) => neurons)));
  const missing =
    missingRuns === 0
      ? ''
      : ` ${countOf(missingRuns, 'finished run')} ${wordFor(missingRuns, 'was', 'were')} not compared.`;
  return `Hidden representations were compared by ${method}: the similarity of two networks at a stage is the mean of the canonical correlations between their channels over the same places of the same test images, without augmentation; 1 where both compute the same up to a linear mixture. Values are means over ${countOf(settings.repeats, 'draw')} of images, places and at most ${most} channels (seed ${settings.seed}) from ${countOf(images, 'test image')}. Intervals are 95 % over draws (Student’s t) and say nothing about other runs; the SD is over pairs of networks.${missing}`;
}

function stageBlocks(panel: StagePanel): Block[] {
  const sentences = baselineSentences(panel);
  const chance =
    panel.chance === null
      ? ''
      : ' Dotted: what independent channels would have on independent datapoints; neighbouring places are not independent, so the true level is higher.';
  return [
    ...figure(
      stageFigure(panel),
      `Similarity by stage, ${panel.group}: ${CAPTIONS[panel.kind]}. Error bars: 95 % over draws.${chance}`,
    ),
    ...table(stageTable(panel)),
    ...(sentences.length === 0 ? [] : [text('Mean of the two topmost stages, against two random runs:')]),
    ...list(sentences),
  ];
}

function scatterBlocks(panel: ScatterPanel): Block[] {
  return [
    ...figure(
      scatterFigure(panel),
      `${panel.title}: every pair of runs (cf. Figure 4 of the paper). R² near 1 within a kind of pair says that what two networks share after training they shared at the start.`,
    ),
    ...table(rSquaredTable(panel)),
  ];
}

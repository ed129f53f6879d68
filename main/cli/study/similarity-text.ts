/** What `study similarity` prints. */
import { scatterPanels, stagePanels } from '../../../shared/figures/similarity-panels.ts';
import { rSquaredTable, sampledTable, stageTable } from '../../../shared/similarity/similarity-tables.ts';
import type { SimilarityKind, StudySimilarity } from '../../../shared/similarity/similarity.ts';
import type { Arm } from '../../../shared/study/study.ts';
import { tablesText } from '../../../shared/tables/text-face.ts';
import { countOf } from '../../../shared/words/numbers.ts';

export function similarityText(
  similarity: StudySimilarity,
  arms: readonly Arm[],
  kinds: readonly SimilarityKind[],
): string {
  const tables = kinds.flatMap((kind) =>
    kind === 'initial-vs-final'
      ? scatterPanels(similarity, arms).map(rSquaredTable)
      : stagePanels(similarity, arms)
          .filter((panel) => panel.kind === kind)
          .map(stageTable),
  );
  return [
    basis(similarity),
    tablesText([sampledTable(similarity), ...tables]),
    ...(tables.length === 0 ? ['Nothing of what was asked for could be compared.'] : []),
  ].join('\n\n');
}

function basis({ settings, images, missingRuns }: StudySimilarity): string {
  const { method, repeats, seed } = settings;
  return [
    `${method === 'cca' ? 'CCA' : 'SVCCA'} similarity (mean coefficient), mean over ${countOf(repeats, 'draw')} (seed ${seed}) from ${countOf(images, 'test image')}.`,
    'Interval: 95 %, over draws of images, places and channels. SD: between pairs of networks.',
    ...(missingRuns === 0 ? [] : [`${countOf(missingRuns, 'finished run is', 'finished runs are')} not in it yet.`]),
  ].join('\n');
}

/** The tables of `study similarity`. */
import { countOf, formatNumber, formatRange } from '../../../shared/words/numbers.ts';
import {
  chanceSimilarity,
  type SimilarityEstimate,
  type SimilarityKind,
  type StageEstimate,
  type StudySimilarity,
} from '../../../shared/similarity/similarity.ts';
import type { Arm } from '../../../shared/study/study.ts';
import { formatTable } from '../output/output.ts';

export function similarityText(
  similarity: StudySimilarity,
  arms: readonly Arm[],
  kinds: readonly SimilarityKind[],
): string {
  const names = armNames(arms);
  const sections = kinds.map((kind) => section(kind, similarity, names)).filter((text) => text !== '');
  return [
    basis(similarity),
    sampled(similarity),
    ...(sections.length === 0 ? ['Nothing of what was asked for could be compared.'] : sections),
  ].join('\n\n');
}

type Names = ReadonlyMap<string, string>;

/** Initialisation, and the model and size where there are several. */
function armNames(arms: readonly Arm[]): Names {
  const models = new Set(arms.map(({ model }) => model)).size > 1;
  const sizes = new Set(arms.map(({ trainSize }) => trainSize)).size > 1;
  return new Map(
    arms.map(({ id, model, initLabel, trainSize }) => [
      id,
      [...(models ? [model] : []), initLabel, ...(sizes ? [`${trainSize} images`] : [])].join(', '),
    ]),
  );
}

function basis({ settings, images, missingRuns }: StudySimilarity): string {
  const { method, repeats, seed } = settings;
  return [
    `${method === 'cca' ? 'CCA' : 'SVCCA'} similarity (mean coefficient), mean over ${countOf(repeats, 'draw')} (seed ${seed}) from ${countOf(images, 'test image')}.`,
    'Interval: 95 %, over draws of images, places and channels. SD: between pairs of networks.',
    ...(missingRuns === 0 ? [] : [`${countOf(missingRuns, 'finished run is', 'finished runs are')} not in it yet.`]),
  ].join('\n');
}

/** What was looked at in each stage; few test images allow fewer channels to be compared. */
function sampled({ models, settings }: StudySimilarity): string {
  return titled(
    'Sampled in each draw',
    models.flatMap(({ model, stages }) =>
      stages.map((stage) => [
        model,
        stage.stage,
        `${stage.neurons} of ${stage.channels}`,
        String(stage.datapoints),
        String(stage.images),
        // SVCCA compares fewer directions than channels.
        settings.method === 'cca' ? formatNumber(chanceSimilarity(stage)) : '–',
      ]),
    ),
    ['model', 'stage', 'channels', 'datapoints', 'images', 'chance level'],
  );
}

function section(kind: SimilarityKind, similarity: StudySimilarity, names: Names): string {
  switch (kind) {
    case 'before-after':
      return titled(
        'Before against after training',
        similarity.beforeAfter.flatMap(({ armId, stages }) =>
          stages.map((stage) => [name(names, armId), ...cells(stage)]),
        ),
        ['arm', ...HEADER],
      );
    case 'seeds':
      return titled(
        'Trained networks of different seeds',
        similarity.seeds.flatMap(({ armId, stages, top }) => [
          ...stages.map((stage) => [name(names, armId), ...cells(stage)]),
          [name(names, armId), ...cells({ stage: 'top two', ...top })],
        ]),
        ['arm', ...HEADER],
      );
    case 'inits':
      return titled(
        'Trained networks of different initialisations',
        similarity.inits.flatMap(({ armA, armB, stages, top, baseline }) => {
          const pair = `${name(names, armA)} / ${name(names, armB)}`;
          const beside = (estimate: SimilarityEstimate | undefined): string =>
            estimate === undefined ? '–' : formatNumber(estimate.mean);
          return [
            ...stages.map((stage) => [
              pair,
              ...cells(stage),
              beside(baseline?.stages.find((other) => other.stage === stage.stage)),
            ]),
            [pair, ...cells({ stage: 'top two', ...top }), beside(baseline?.top)],
          ];
        }),
        ['arms', ...HEADER, 'random/random'],
      );
    case 'initial-vs-final':
      return titled(
        'Similarity at the start against similarity after training',
        similarity.initialVsFinal.flatMap(({ model, trainSize, stages }) =>
          stages.map(({ stage, points, rSquared, why }) => [
            `${model}${trainSize === 'all' ? '' : `, ${trainSize} images`}`,
            stage,
            formatNumber(rSquared),
            String(points.length),
            why ?? '',
          ]),
        ),
        ['model', 'stage', 'R squared', 'pairs', ''],
      );
  }
}

const HEADER = ['stage', 'similarity', '95 % interval', 'SD', 'pairs'];

function cells({ stage, mean, low, high, sd, pairs }: StageEstimate): string[] {
  return [stage, formatNumber(mean), formatRange(low, high), formatNumber(sd), String(pairs)];
}

const name = (names: Names, armId: string): string => names.get(armId) ?? armId;

function titled(title: string, rows: string[][], header: string[]): string {
  return rows.length === 0 ? '' : [title, formatTable({ header, rows, rightAligned: [2, 3, 4, 5, 6] })].join('\n');
}

/** `study explain STUDY`: maps of where in an image a score comes from, as PNG files. */
import { formatNumber, wordFor } from '../../../shared/words/numbers.ts';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import {
  EXPLANATION_METHODS,
  type Explanation,
  type ExplanationMethod,
  type ExplanationRequest,
} from '../../../shared/mistakes/explanation.ts';
import {
  CELL_WORDS,
  CONFUSION_CELLS,
  type ConfusionCell,
  type MistakenImage,
} from '../../../shared/mistakes/mistakes.ts';
import { svgToPng } from '../../images/svg.ts';
import type { ExplanationFigure } from '../../services/mistakes/draw-explanation.ts';
import { writeExport, type FileContent } from '../../services/reports/export-folder.ts';
import type { CliContext } from '../context.ts';
import { chooseErrors, type ErrorsFlags } from './mistakes-of.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface ExplainFlags extends ErrorsFlags {
  image?: string;
  cell?: ConfusionCell;
  count?: number;
  method: ExplanationMethod[];
  out: string;
}

interface Explained extends Pick<MistakenImage, 'id' | 'cell' | 'label'> {
  explanation: Explanation;
  figure: string;
  overlay: string;
}

/** Images that are explained where no number is asked for. */
const DEFAULT_COUNT = 4;
const PNG_SCALE = 2;

/** Adds the command to `study`. */
export function registerExplain(study: Command, context: CliContext): void {
  study
    .command('explain <study>')
    .description('maps of where in an image a score comes from: one image, or the most confident errors of a run')
    .option('--image <id>', 'a test image, by the id that `study mistakes` lists')
    .addOption(new Option('--cell <cell>', 'images of this cell, most confident first').choices(CONFUSION_CELLS))
    .option('--count <n>', `how many of them (default: ${DEFAULT_COUNT})`, wholeNumber(1, 50))
    .addOption(new Option('--method <name...>', 'how').choices(EXPLANATION_METHODS).default(['occlusion'], 'occlusion'))
    .option('--arm <id>', 'the arm (default: the first with a finished run)')
    .option('--seed <n>', 'the run of this seed (default: the lowest that has finished)', wholeNumber(0, 2 ** 31))
    .option('--endpoint <id>', 'by id or name (default: the first headline endpoint)')
    .option('--rule <rule>', 'threshold on validation: youden, sensitivity:S or specificity:S', 'youden')
    .requiredOption('--out <dir>', 'folder to write to; files of other origin in it are kept')
    .action((name: string, flags: ExplainFlags) => explain(context, name, flags));
}

async function explain(context: CliContext, name: string, flags: ExplainFlags): Promise<void> {
  if (flags.image !== undefined && (flags.cell !== undefined || flags.count !== undefined)) {
    throw new AppError('bad-input', 'Expected either --image, or --cell and --count, got both.', {
      action: 'Leave one of them out.',
    });
  }
  const { services } = await context.app({ write: false });
  const studyId = services.studies.find(name);
  const arm = await chooseErrors(services, studyId, flags);
  const [run] = (await services.mistakes.summary(arm)).runs;
  if (run === undefined) throw new AppError('internal', 'Expected a run to explain, found none.');
  // One network gives a map, so the cells are those of its own scores, not of the mean over seeds.
  const of = { ...arm, runId: run.runId };
  const images = flags.image === undefined ? await mistakesOf() : [await testImage(flags.image)];

  const files: FileContent[] = [];
  const explained: Explained[] = [];
  const total = images.length * flags.method.length;
  for (const [rank, { id, cell, label }] of images.entries()) {
    for (const method of flags.method) {
      const request = { runId: run.runId, imageId: id, endpointId: of.endpointId, method };
      const drawn = await drawOne(request, `Map ${explained.length + 1} of ${total}`);
      const place = flags.image === undefined ? `${String(rank + 1).padStart(2, '0')}-${cell ?? 'image'}-` : '';
      const figure = `${place}${id}-${method}.png`;
      const overlay = `${place}${id}-${method}-overlay.png`;
      const [figurePng, overlayPng] = [await svgToPng(drawn.svg, PNG_SCALE), await svgToPng(drawn.overlaySvg, 1)];
      files.push({ name: figure, write: (append) => append(figurePng) });
      files.push({ name: overlay, write: (append) => append(overlayPng) });
      explained.push({ id, cell, label, explanation: drawn.explanation, figure, overlay });
    }
  }
  const folder = path.resolve(flags.out);
  const written = writeExport({ folder, owner: `Transfusion Lab maps of study ${studyId}`, files });
  const nameOf = (wanted: string): string => written.find((file) => file.wanted === wanted)?.name ?? wanted;
  const shown = explained.map((one) => ({ ...one, figure: nameOf(one.figure), overlay: nameOf(one.overlay) }));
  context.out.result({ ...of, seed: run.seed, folder, maps: shown }, () =>
    explainText(shown, { armId: of.armId, seed: run.seed, folder }),
  );

  async function drawOne(request: ExplanationRequest, title: string): Promise<ExplanationFigure> {
    const progress = context.out.progress(title);
    progress.update(0, 0);
    try {
      return await services.explanations.figure(request, {
        onProgress: (done, cells) => progress.update(done, cells),
        signal: context.signal,
      });
    } finally {
      progress.end();
    }
  }

  /** Without a cell: errors of both kinds, most confidently wrong first. */
  async function mistakesOf(): Promise<MistakenImage[]> {
    const { cell, count = DEFAULT_COUNT } = flags;
    const found: MistakenImage[] = [];
    for (const one of cell === undefined ? (['fp', 'fn'] as const) : [cell]) {
      found.push(...(await services.mistakes.images({ ...of, filter: { cell: one }, limit: count })).images);
    }
    if (cell === undefined) found.sort((a, b) => Math.abs(b.label - b.score) - Math.abs(a.label - a.score));
    if (found.length > 0) return found.slice(0, count);
    const { why } = await services.mistakes.summary(of);
    const what = cell === undefined ? 'errors' : CELL_WORDS[cell].plural;
    throw new AppError('not-found', `Expected ${what} of this run among the test images, found none.`, {
      action: why ?? 'Choose another --cell, --arm or --seed, or name an image with --image.',
    });
  }

  async function testImage(id: string): Promise<MistakenImage> {
    const limit = 500;
    for (let offset = 0; ; offset += limit) {
      const page = await services.mistakes.images({ ...of, offset, limit });
      const found = page.images.find((image) => image.id === id);
      if (found !== undefined) return found;
      if (offset + limit >= page.total) break;
    }
    throw new AppError('not-found', 'Expected the id of a test image of this study, got another.', {
      action: '`study mistakes STUDY` lists ids.',
    });
  }
}

function explainText(
  maps: readonly Explained[],
  { armId, seed, folder }: { armId: string; seed: number; folder: string },
): string {
  return [
    `${armId}, seed ${seed}. ${wordFor(maps.length, 'The map is', `${maps.length} maps are`)} in ${folder}`,
    tableText(
      plainTable(
        maps,
        {
          file: ({ figure }) => figure,
          method: ({ explanation }) => explanation.method,
          cell: ({ cell }) => cell ?? '–',
          label: ({ label }) => (label === 1 ? 'positive' : 'negative'),
          score: ({ explanation }) => formatNumber(explanation.score, 4),
          'strongest place hidden': ({ explanation }) => formatNumber(explanation.hidden.score, 4),
        },
        ['score', 'strongest place hidden'],
      ),
    ),
    '',
    'Beside each stands NAME-overlay.png, the overlay without words. A map shows what one network reacts to in one image, not where disease is.',
  ].join('\n');
}

/** Measurements as a page: docs/benchmarks.md, made from docs/benchmarks.json and nothing else. */
import { PROGRAM_IDS, type ProgramId } from './programs.ts';
import { rowLabel, ROWS } from './rows.ts';
import type { LayersResult, Results, RowResult } from './results.ts';
import { summarise, type ProgramSummary, type Ratio, type RowSummary } from './summary.ts';

const NAMES: Record<ProgramId, string> = {
  ours: 'Transfusion Lab',
  torch: 'PyTorch',
  keras: 'Keras',
  'torch-bf16': 'PyTorch bfloat16',
};
/** In float32, like ours. */
const PEERS = ['torch', 'keras'] as const;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const inOneDecimal = (value: unknown): string => (typeof value === 'number' ? value.toFixed(1) : '–');

/** A table of Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], leftColumns = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column < leftColumns ? '---' : '---:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

const formatRatio = ({ median, low, high }: Ratio): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

const measured = (summary: RowSummary, id: ProgramId): ProgramSummary | null => {
  const found = summary[id];
  return found && 'medianMs' in found ? found : null;
};

/** One line a row: what decides. The ratio is that of the faster peer. */
export function ratioTable(rows: readonly RowResult[]): string {
  const lines = inOrder(rows).map((row) => {
    const summary = summarise(row);
    const ours = measured(summary, 'ours');
    const peers = PEERS.map((id) => measured(summary, id)).filter((peer) => peer !== null);
    const fastest = (value: (peer: ProgramSummary) => Ratio) =>
      peers.length === 0 ? '–' : Math.min(...peers.map((peer) => value(peer).median)).toFixed(2);
    const torch = measured(summary, 'torch');
    return [
      rowLabel(row.row),
      ours === null ? '–' : ours.medianMs.toFixed(0),
      ...PEERS.map((id) => ratioCell(summary, id, 'wall')),
      ...PEERS.map((id) => ratioCell(summary, id, 'cpu')),
      fastest(({ wall }) => wall),
      fastest(({ cpu }) => cpu),
      ratioCell(summary, 'torch-bf16', 'wall'),
      torch === null ? '–' : (1 / torch.memory).toFixed(2),
    ];
  });
  const header = [
    'row',
    'our step, ms',
    'PyTorch / ours, wall',
    'Keras / ours, wall',
    'PyTorch / ours, CPU',
    'Keras / ours, CPU',
    'faster peer / ours, wall',
    'faster peer / ours, CPU',
    'PyTorch bfloat16 / ours, wall',
    'our peak memory / PyTorch’s',
  ];
  return table(header, lines);
}

function ratioCell(summary: RowSummary, id: ProgramId, kind: 'wall' | 'cpu'): string {
  const found = summary[id];
  if (!found) return 'not run';
  return 'reason' in found ? found.reason : found[kind].median.toFixed(2);
}

/** All programs of one row. */
export function rowTable(row: RowResult): string {
  const summary = summarise(row);
  const lines = PROGRAM_IDS.flatMap((id) => {
    const found = summary[id];
    if (!found) return [];
    if ('reason' in found) return [[NAMES[id], found.reason, ...Array<string>(6).fill('–')]];
    return [
      [
        `${NAMES[id]} ${found.version}`,
        found.medianMs.toFixed(0),
        found.fastestMs.toFixed(0),
        formatRatio(found.wall),
        found.medianCpuMs.toFixed(0),
        found.fastestCpuMs.toFixed(0),
        formatRatio(found.cpu),
        mebibytes(found.peakBytes),
      ],
    ];
  });
  const header = [
    'program',
    'median ms a step',
    'fastest',
    'its time / ours',
    'median CPU ms a step',
    'fastest',
    'its CPU time / ours',
    'peak RSS, MiB',
  ];
  const loads = row.rounds.map(({ load }) => load.toFixed(1)).join(', ');
  return [
    `### ${rowLabel(row.row)}`,
    '',
    table(header, lines),
    '',
    `${row.rounds.length} rounds of ${row.steps} steps each, in turn, ${row.measured.slice(0, 16).replace('T', ' ')} UTC; load average after each round: ${loads}.`,
  ].join('\n');
}

function inOrder(rows: readonly RowResult[]): RowResult[] {
  const place = ({ row }: RowResult) => (ROWS.includes(row) ? ROWS.indexOf(row) : ROWS.length);
  return rows.toSorted((a, b) => place(a) - place(b));
}

export function benchmarkDocument(results: Results): string {
  return [
    '# Benchmarks',
    '',
    'Training steps on the CPU: forward, binary cross-entropy on five sigmoids, backward, Adam update, batch norm in training mode; in float32 unless a column',
    'says otherwise. Images are random and stay in memory. Programs run in turn (A B C, A B C, ...), each in a process of its own, because machines are',
    'noisy: read the ratios, not the milliseconds. A ratio above 1 means that ours is faster; a ratio is taken between runs that followed each other, and the',
    'median over the rounds counts. CPU time (all threads, busy waiting included) is what other work on the machine distorts least.',
    '',
    '`npm run bench -- --torch PYTHON --keras PYTHON` measures the rows that have no result yet, stores each in `benchmarks.json` as soon as it is complete,',
    'and writes this page from that file. `--quick` measures every model in under 15 minutes on two quiet cores; `--plan` says how long a run will take;',
    '`--rows resnet50@224,cbr-small@224:32` measures given rows (again), `--rounds` and `--steps` say how often, `--layers` times single convolutions.',
    '',
    `${results.cores} cores (${results.processor}), ${results.platform}. ${versions(results)}`,
    '',
    '## Ratios',
    '',
    ratioTable(results.rows),
    '',
    'What a row is: a model of the paper at an image side and a batch size.',
    '',
    '- `resnet50` and `resnet50-v15` differ in one point: Keras has the stride of a stage in its first 1x1 convolution (ours: `resnet50`), torchvision in the',
    '  3x3 convolution (ours: `resnet50-v15`), which is 6 % more work forward. The row `resnet50` compares our v1 with both as they are; `resnet50-v15` is',
    '  like for like with torchvision. Keras has no v1.5.',
    '- `cbr-tiny` has the widths of the paper’s Table 1, `cbr-tiny-wide` those of its appendix.',
    '- "held to avx2" or "plain": our native kernels without wider instructions (`TRANSFUSION_INSTRUCTION_SET`); plain is what every x86-64 processor has. The',
    '  peers take what the processor offers. Where the processor has no AVX-512, the row held to avx2 repeats the one without a limit.',
    '- PyTorch in bfloat16 (automatic casts) runs where the processor has instructions for it: AVX-512 BF16 or AMX. Without, PyTorch emulates it, and a step',
    '  takes 20 times as long as in float32 (49 s of cbr-small on this processor); `--bfloat16 on` runs one such step.',
    '- Memory is the highest resident memory of the process. PyTorch’s CUDA build, where that is the one that was at hand, costs some 290 MiB before any work.',
    '',
    ...startUpSection(results),
    '## Rows',
    '',
    ...inOrder(results.rows).flatMap((row) => [rowTable(row), '']),
    ...results.layers.flatMap((layers, index) => [...(index === 0 ? LAYERS_HEAD : []), layersTable(layers), '']),
    ...soakSection(results),
    ...feedSection(results),
  ].join('\n');
}

const LAYERS_HEAD = [
  '## Convolutions one by one',
  '',
  '`bench conv`: the native kernels and TensorFlow’s op (whichever of its kernels the engine takes for the shape) in turn in one process; CPU milliseconds of',
  'all threads, the fastest of several. "Both": input and kernel gradient together, which all layers but the first need. Bold: what `--conv auto` takes.',
  '',
];

/** One line a layer: native / TensorFlow for each pass. */
export function layersTable({ model, size, batch, layers }: LayersResult): string {
  const passes = ['forward', 'kernel-gradient', 'both-gradients'] as const;
  const lines = layers.map((layer) => [
    `${layer.side}x${layer.side}, ${layer.inputs} to ${layer.outputs}, at ${layer.size} px`,
    ...passes.map((pass) => {
      const timing = layer.timings.find((found) => found.pass === pass);
      if (!timing) return '–';
      const [native, own] = [timing.native.cpuMs.toFixed(1), timing.tensorflow.cpuMs.toFixed(1)];
      return timing.taken ? `**${native}** / ${own}` : `${native} / **${own}**`;
    }),
  ]);
  const header = ['layer', 'forward, native / TensorFlow', 'kernel gradient', 'both'];
  return [`### Layers of ${model}, ${size} px, batch ${batch}`, '', table(header, lines)].join('\n');
}

function versions({ rows }: Results): string {
  const found = new Set<string>();
  for (const { rounds } of rows) {
    for (const { programs } of rounds) {
      for (const cell of Object.values(programs)) {
        if ('ms' in cell)
          for (const [name, version] of Object.entries(cell.packages ?? {})) found.add(`${name} ${version}`);
      }
    }
  }
  return found.size === 0 ? '' : `Versions: ${[...found].toSorted().join(', ')}.`;
}

function startUpSection({ startUp }: Results): string[] {
  if (startUp.length === 0) return [];
  return [
    '## Memory before any work',
    '',
    'Peak resident memory of a process that trained CBR-Tiny on one image of 32 px. PyTorch with torchvision is here a build for CUDA (the one that exists for',
    'this machine), used on the CPU: its libraries alone cost more than those of the CPU build, which counts in its favour in the column on memory.',
    '',
    table(
      ['program', 'peak RSS, MiB'],
      startUp.map(({ name, bytes }) => [name, mebibytes(bytes)]),
    ),
    '',
  ];
}

function soakSection({ soak }: Results): string[] {
  if (soak === null) return [];
  const bytes = (value: unknown) => (typeof value === 'number' ? mebibytes(value) : '–');
  const samples = Array.isArray(soak['samples']) ? (soak['samples'] as Record<string, unknown>[]) : [];
  return [
    '## Soak',
    '',
    `\`bench soak\`: ${String(soak['steps'])} steps of ${String(soak['model'])} at ${String(soak['size'])} px, batch ${String(soak['batch'])}.`,
    'What counts is that the number of live tensors stays the same: it depends on the network alone (parameters, two Adam slots for each that is trained, moving',
    'statistics and their scratch, five constants).',
    '',
    table(
      ['after step', 'live tensors', 'resident, MiB'],
      samples.map((sample) => [String(sample['step']), String(sample['tensors']), bytes(sample['resident_bytes'])]),
      0,
    ),
    '',
  ];
}

function feedSection({ feed }: Results): string[] {
  if (feed.length === 0) return [];
  return [
    '## Feeding',
    '',
    '`bench feed`: images a second of one feeding thread, from phantom photographs on disk, and how much of a training step the step waits for its batch when',
    'feeding runs beside it (cached images, all augmentations).',
    '',
    table(
      [
        'size',
        'decode, images/s',
        'read from cache and augment, images/s',
        'model',
        'step, ms',
        'waited, ms',
        'waited, %',
      ],
      feed.map((entry) => [
        `${String(entry['size'])} px`,
        inOneDecimal(entry['decode_per_second']),
        inOneDecimal(entry['augment_per_second']),
        String(entry['model']),
        inOneDecimal(entry['step_ms']),
        inOneDecimal(entry['wait_ms']),
        inOneDecimal(entry['wait_percent']),
      ]),
    ),
    '',
  ];
}

/** Weight sets as text for the terminal. */
import { formatCount } from '../../../shared/words/numbers.ts';
import type { WeightSetSummary } from '../../../shared/study/models.ts';
import {
  MATCH_RULE_NAMES,
  WEIGHT_FILE_KIND_NAMES,
  type KnownWeightsState,
  type MatchReport,
  type WeightOrigin,
  type WeightSetDetail,
  type WeightsPreview,
} from '../../../shared/weights/weights.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { weightSetsTable, weightStagesTable } from '../../../shared/weights/weight-set-tables.ts';

export function listText(sets: readonly WeightSetSummary[]): string {
  if (sets.length === 0) {
    return 'No weight sets yet. `weights import FILE` imports a file, `weights known` lists public ones, `weights from-run RUN --name NAME` keeps those of a finished run.';
  }
  return tableText(weightSetsTable(sets));
}

export function knownText(files: readonly KnownWeightsState[]): string {
  return files
    .map((file) =>
      facts(`${file.id}: ${file.title}`, [
        ['model', file.model],
        ['address', file.url],
        ['size', file.bytes === null ? 'not known' : `${formatCount(file.bytes)} bytes`],
        ['SHA-256', file.sha256 ?? 'not known: it is printed and recorded after the download'],
        ['MD5', file.md5],
        ['hash', `${file.hashSource}; ${file.verified ? 'verified by us' : 'not verified by us: compare'}`],
        ['normalisation', file.normalisation],
        ['licence', file.licence],
        ['here', stateText(file)],
      ]),
    )
    .concat(
      '`weights download NAME` asks that address; nothing is fetched before. Without a network: fetch the file elsewhere, then `weights import FILE`.',
    )
    .join('\n\n');
}

function stateText({ weightsId, partialBytes }: KnownWeightsState): string {
  if (weightsId !== null) return 'imported';
  return partialBytes > 0 ? `${formatCount(partialBytes)} bytes downloaded so far` : 'no';
}

export function previewText({
  name,
  model,
  alsoFits,
  normalisation,
  licenceNote,
  origin,
  match,
}: WeightsPreview): string {
  return facts(`"${name}" would be imported`, [
    ['model', alsoFits.length === 0 ? model : `${model} (the tensors also fit ${alsoFits.join(', ')}: --model)`],
    ['normalisation', `${normalisation} (${NORMALISATION_FROM[origin.normalisationFrom]})`],
    ['licence', licenceNote],
    ...originFacts(origin),
    ...matchFacts(match),
  ]);
}

export function detailText(set: WeightSetDetail): string {
  const { details } = set;
  const head = facts(`Weights "${set.name}"`, [
    ['model', set.model],
    ['origin', set.origin],
    ['data', set.synthetic ? 'synthetic' : null],
    [
      'normalisation',
      details ? `${set.normalisation} (${NORMALISATION_FROM[details.origin.normalisationFrom]})` : set.normalisation,
    ],
    ['licence', set.licenceNote],
    ['SHA-256', `${set.sha256} (as stored, ${formatCount(set.bytes)} bytes)`],
    ...(details ? [...originFacts(details.origin), ...matchFacts(details.match)] : []),
    ['used by', set.usedBy.length > 0 ? set.usedBy.join(', ') : 'no study'],
  ]);
  return `${head}\n\n${tableText(weightStagesTable(set))}`;
}

const NORMALISATION_FROM: Record<WeightOrigin['normalisationFrom'], string> = {
  user: 'as you said',
  'known-file': 'known of this file',
  file: 'as the file says',
  assumed: 'usual for its program and model; --normalisation says otherwise',
};

type Fact = [label: string, value: string | null];

function originFacts({ kind, program, fileName, bytes, sha256, md5, known, sourceNote }: WeightOrigin): Fact[] {
  return [
    ['source file', `${fileName}, ${WEIGHT_FILE_KIND_NAMES[kind]}, ${program}, ${formatCount(bytes)} bytes`],
    ['its SHA-256', sha256],
    ['its MD5', md5],
    ['known as', known],
    ['source note', sourceNote || null],
  ];
}

function matchFacts({ rule, tensors, values, byOrderAlone, head, leftOut, conversions, notes }: MatchReport): Fact[] {
  const order = byOrderAlone > 0 ? `; ${byOrderAlone} have a like in shape and rest on their order` : '';
  return [
    ['matched', `${tensors.length} tensors, ${formatCount(values)} values, ${MATCH_RULE_NAMES[rule]}${order}`],
    ['classifier', head === null ? 'none in the file' : `${head.outputs} outputs; no initialisation uses it`],
    ...leftOut.map(({ reason, count, first }): Fact => ['left out', `${count} (${first} ...): ${reason}`]),
    ...conversions.map((text): Fact => ['converted', text]),
    ...notes.map((text): Fact => ['note', text]),
  ];
}

function facts(title: string, rows: readonly Fact[]): string {
  const shown = rows.filter((row): row is [string, string] => row[1] !== null);
  const width = Math.max(...shown.map(([label]) => label.length));
  return [title, ...shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)].join('\n');
}

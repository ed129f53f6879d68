/** Weight sets in words. Pure. */
import { formatBytes, formatCount } from '../../../shared/words/numbers.ts';
import {
  MATCH_RULE_NAMES,
  WEIGHT_FILE_KIND_NAMES,
  type KnownWeightsState,
  type MatchReport,
  type WeightOrigin,
} from '../../../shared/weights/weights.ts';

export const NORMALISATION_FROM: Record<WeightOrigin['normalisationFrom'], string> = {
  user: 'as you chose',
  'known-file': 'known of this file',
  file: 'as the file says',
  assumed: 'usual for its program and model',
};

interface Fact {
  term: string;
  value: string;
  mono?: boolean;
}

export function originFacts({ kind, program, fileName, bytes, sha256, md5, sourceNote }: WeightOrigin): Fact[] {
  return [
    { term: 'Source file', value: `${fileName}, ${WEIGHT_FILE_KIND_NAMES[kind]}, ${program}, ${formatBytes(bytes)}` },
    { term: 'Its SHA-256', value: sha256, mono: true },
    { term: 'Its MD5', value: md5, mono: true },
    ...(sourceNote === '' ? [] : [{ term: 'Source note', value: sourceNote }]),
  ];
}

export function matchFacts(match: MatchReport): Fact[] {
  const { rule, tensors, values, byOrderAlone, head, leftOut, conversions, notes } = match;
  const order = byOrderAlone > 0 ? ` ${byOrderAlone} of them have a like in shape and rest on their order.` : '';
  const list = (term: string, texts: string[]): Fact[] =>
    texts.length === 0 ? [] : [{ term, value: texts.join('; ') }];
  return [
    {
      term: 'Matched',
      value: `${formatCount(tensors.length)} tensors, ${formatCount(values)} values, ${MATCH_RULE_NAMES[rule]}.${order}`,
    },
    {
      term: 'Classifier',
      value: head === null ? 'None in the file' : `${head.outputs} outputs; no initialisation uses it`,
    },
    ...list(
      'Left out',
      leftOut.map(({ reason, count }) => `${count} tensors: ${reason}`),
    ),
    ...list('Converted', conversions),
    ...list('Notes', notes),
  ];
}

/** What vouches for a public file: its hash, and whether it was compared here. */
export function hashSentence({ sha256, md5, verified }: KnownWeightsState): string {
  const hash = sha256 !== null ? 'SHA-256' : md5 !== null ? 'MD5' : null;
  if (hash === null) return 'No hash is known: compare what is printed after the download with the publisher.';
  return verified
    ? `Checked against its ${hash}, which we verified.`
    : `Checked against a published ${hash}, not verified by us: compare.`;
}

export const sizeWords = (bytes: number | null): string => (bytes === null ? 'size not known' : formatBytes(bytes));

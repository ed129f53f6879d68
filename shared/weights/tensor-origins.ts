/** Where the first values of a run's tensors came from, in words and by stage. Pure. */
import type { Provenance } from '../study/models.ts';

export interface TensorOrigin {
  /** `layer/role`. */
  name: string;
  stage: string;
  shape: number[];
  origin: Provenance;
  /** Training left it as it was. */
  frozen: boolean;
}

export interface StageOrigins {
  stage: string;
  tensors: TensorOrigin[];
  /** Numbers in all its tensors. */
  values: number;
  /** `copied, frozen`; `resampled, batch norm neutral`. */
  words: string;
}

/** `copied`, `random`, or `neutral` for the fixed first values of biases and batch norm (0 and 1). */
export function originWord({ name, origin }: Pick<TensorOrigin, 'name' | 'origin'>): string {
  return origin === 'random' && !isKernel(name) ? 'neutral' : origin;
}

/** The same, with `, frozen` where it is. */
export function describeOrigin(tensor: Pick<TensorOrigin, 'name' | 'origin' | 'frozen'>): string {
  return `${originWord(tensor)}${tensor.frozen ? ', frozen' : ''}`;
}

/** One entry a stage, in the order of the tensors. */
export function originsByStage(tensors: readonly TensorOrigin[]): StageOrigins[] {
  return [...Map.groupBy(tensors, ({ stage }) => stage)].map(([stage, members]) => ({
    stage,
    tensors: members,
    values: members.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0),
    words: stageWords(members),
  }));
}

/** `conv1 to block2: copied, frozen; block3 to block4: random; head: random`. Neighbours of the same origin are named together. */
export function summariseOrigins(tensors: readonly TensorOrigin[]): string {
  const groups: { first: string; last: string; words: string }[] = [];
  for (const { stage, words } of originsByStage(tensors)) {
    const group = groups.at(-1);
    if (group?.words === words && stage !== 'head') group.last = stage;
    else groups.push({ first: stage, last: stage, words });
  }
  return groups
    .map(({ first, last, words }) => `${first === last ? first : `${first} to ${last}`}: ${words}`)
    .join('; ');
}

/** Said of kernels; what differs in the other tensors is added. */
function stageWords(members: readonly TensorOrigin[]): string {
  const wordsOf = (some: readonly TensorOrigin[]) => [...new Set(some.map(originWord))];
  const kernels = wordsOf(members.filter(({ name }) => isKernel(name)));
  const others = members.filter(({ name }) => !isKernel(name));
  const norm = wordsOf(others.filter(({ name }) => !name.endsWith('/bias')));
  const extra = norm.filter((word) => !kernels.includes(word) && !(word === 'neutral' && String(kernels) === 'random'));
  const frozen = members.every((tensor) => tensor.frozen) ? ', frozen' : '';
  return `${kernels.join(' and ')}${extra.length > 0 ? `, batch norm ${extra.join(' and ')}` : ''}${frozen}`;
}

const isKernel = (name: string): boolean => name.endsWith('/kernel');

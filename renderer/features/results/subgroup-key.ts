/** A subgroup's place in a list. */
import type { SubgroupDetails } from '../../../shared/results/study-details.ts';

export const subgroupKey = ({ variable, name }: Pick<SubgroupDetails, 'variable' | 'name'>): string =>
  `${variable} ${name}`;

/** The counts that each policy would give are those that it gives. */
import { describe, expect, it } from 'vitest';
import {
  countUnder,
  labelUnder,
  openPolicies,
  policiesTable,
  type FindingCells,
} from '../../../../shared/dataset/label-policies.ts';
import { tableText } from '../../../../shared/tables/text-face.ts';

const DEFAULT = { uncertain: 'ignore', blank: 'zeros', noFinding: 'absent' } as const;
const edema: FindingCells = {
  output: 'Edema',
  codes: { present: 5, absent: 7, uncertain: 11, blank: 13, 'clear-uncertain': 1, 'clear-blank': 2, unreadable: 3 },
};

describe('policies for uncertain and blank findings', () => {
  it.each([
    [DEFAULT, [5, 23, 14]],
    [{ ...DEFAULT, uncertain: 'zeros' }, [5, 34, 3]],
    [{ ...DEFAULT, uncertain: 'ones' }, [16, 23, 3]],
    [{ ...DEFAULT, blank: 'ignore' }, [5, 10, 27]],
    [{ ...DEFAULT, blank: 'ignore', noFinding: 'as-written' }, [5, 7, 30]],
    [{ uncertain: 'ones', blank: 'zeros', noFinding: 'as-written' }, [17, 22, 3]],
  ] as const)('%j', (policy, expected) => {
    const counts = countUnder(edema, policy);
    expect([counts['1'], counts['0'], counts.null]).toEqual(expected);
  });

  it('never makes a label of what cannot be read', () => {
    expect(labelUnder('unreadable', { uncertain: 'ones', blank: 'zeros', noFinding: 'absent' })).toBeNull();
  });

  it('shows choices only where they make a difference', () => {
    const plain: FindingCells = { output: 'DR', codes: { present: 1, absent: 2 } };
    expect(openPolicies([plain])).toEqual({ uncertain: false, blank: false, noFinding: false });
    expect(policiesTable([plain], DEFAULT)).toBeNull();
    const blanks = policiesTable([{ output: 'DR', codes: { present: 1, blank: 2 } }], DEFAULT);
    expect(blanks?.columns.map(({ key }) => key)).toEqual(['finding', 'present', 'absent', 'masked']);
    expect(blanks?.groups.map(({ title }) => title)).toEqual(['Blank counts as absent (chosen)', 'Blank is masked']);
    expect(tableText(policiesTable([edema], DEFAULT) as never)).toContain('-1 present');
  });
});

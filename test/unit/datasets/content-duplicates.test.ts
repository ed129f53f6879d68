import { describe, expect, it } from 'vitest';
import { resolveContentDuplicates } from '../../../main/datasets/content-duplicates.ts';
import { groupByPatient } from '../../../main/datasets/patients.ts';
import { ProblemList } from '../../../main/datasets/problem-list.ts';
import type { LabelValue } from '../../../shared/dataset/dataset.ts';

function resolve(images: [file: string, sha256: string, label: LabelValue, patient: string | null][]) {
  const groups = groupByPatient(images.map(([, , , patient]) => ({ patient })));
  const problems = new ProblemList();
  const rows = images.map(([file, sha256, label]) => ({
    id: sha256,
    file,
    sha256,
    pixelsSha256: sha256,
    labels: [label],
  }));
  const resolved = resolveContentDuplicates(rows, groups, problems);
  const kept = resolved.kept.map((i) => rows[i]?.file);
  return {
    kept,
    groups,
    pairs: resolved.pairs.map((p) => [p.first.file, p.second.file, p.outcome]),
    messages: problems.sorted().map((p) => `${p.file}: ${p.message}`),
  };
}

describe('the same picture twice', () => {
  it('stays once; patients who share it become one', () => {
    const { kept, groups, messages, pairs } = resolve([
      ['a1', 'x', 1, 'A'],
      ['a2', 'y', 0, 'A'],
      ['b1', 'x', 1, 'B'],
      ['b2', 'z', 0, 'B'],
      ['c1', 'w', 0, 'C'],
    ]);
    expect(kept).toEqual(['a1', 'a2', 'b2', 'c1']);
    expect([0, 1, 2, 3].map((i) => groups.find(i))).toEqual([0, 0, 0, 0]);
    expect(groups.find(4)).toBe(4);
    expect(pairs).toEqual([['a1', 'b1', 'copy-left-out']]);
    expect(messages).toEqual([
      'b1: Byte for byte the same picture as a1; it counts once. It was filed under 2 patients; their other images now stay together in one split.',
    ]);
  });

  it('with different labels is not used at all', () => {
    const { kept, messages } = resolve([
      ['a', 'x', 1, 'A'],
      ['b', 'x', 0, 'A'],
      ['c', 'y', 0, 'A'],
    ]);
    expect(kept).toEqual(['c']);
    expect(messages[0]).toBe(
      'a: The same picture comes 2 times with different labels (also as b); which is right cannot be known, so no copy is used.',
    );
  });

  it('of many patients is a placeholder and joins nobody', () => {
    const { kept, groups, messages } = resolve(['A', 'B', 'C', 'D', 'E', 'F'].map((p) => [`${p}1`, 'x', 0, p]));
    expect(kept).toEqual([]);
    expect(new Set([0, 1, 2, 3, 4, 5].map((i) => groups.find(i))).size).toBe(6);
    expect(messages[0]).toContain('stands for 6 patients, so it reads as a placeholder; all 6 copies are left out');
  });
});

import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, studyHref, type Route } from '../../../renderer/app/routes.ts';

const ROUTES: Route[] = [
  { name: 'studies' },
  { name: 'new-study', step: null },
  { name: 'new-study', step: 'protocol' },
  { name: 'study', id: 'a/b c', tab: 'overview', part: null },
  { name: 'study', id: 'x', tab: 'runs', part: 'r/1' },
  { name: 'study', id: 'x', tab: 'results', part: 'calibration' },
  { name: 'datasets' },
  { name: 'import' },
  { name: 'dataset', id: '100 %' },
  { name: 'weights' },
  { name: 'settings' },
];

describe('routes', () => {
  it.each(ROUTES)('%o survives its own address', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it('opens the studies by default and a study on its overview', () => {
    expect(parseRoute('')).toEqual({ name: 'studies' });
    expect(parseRoute('#/studies/x')).toEqual({ name: 'study', id: 'x', tab: 'overview', part: null });
    expect(studyHref('x')).toBe('#/studies/x/overview');
  });

  it.each([
    '#/nowhere',
    '#/studies/x/nothing',
    '#/studies/x/results/nothing',
    '#/datasets/x/y',
    '#/weights/x',
    '#/settings/x',
  ])('%s is unknown, and says which address it was', (hash) =>
    expect(parseRoute(hash)).toEqual({ name: 'unknown', path: hash.slice(1) }),
  );

  it('takes a broken escape as it stands', () => {
    expect(parseRoute('#/datasets/100%')).toEqual({ name: 'dataset', id: '100%' });
  });
});

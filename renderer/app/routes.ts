/** Addresses of the app: `#/studies/ID/results` and so on. Pure, so that links and the router always agree. */
import { STUDY_STEPS, type StudyStep } from '../state/studies/study-input.ts';

export const STUDY_TABS = [
  'overview',
  'runs',
  'results',
  'convergence',
  'filters',
  'similarity',
  'mistakes',
  'report',
] as const;
export type StudyTab = (typeof STUDY_TABS)[number];

/** Of the tab with the results: what is shown at once. */
export const RESULT_PARTS = ['auc', 'speed', 'thresholds', 'calibration', 'benefit', 'subgroups'] as const;
export type ResultPart = (typeof RESULT_PARTS)[number];

export type Route =
  | { name: 'studies' }
  | { name: 'new-study'; step: StudyStep | null }
  /** `part`: a run on the tab of the runs, a {@link ResultPart} on that of the results. */
  | { name: 'study'; id: string; tab: StudyTab; part: string | null }
  | { name: 'datasets' }
  | { name: 'import' }
  | { name: 'dataset'; id: string }
  | { name: 'weights' }
  | { name: 'paper' }
  | { name: 'settings' }
  | { name: 'unknown'; path: string };

/** The hash of a route, `#/datasets/abc`. */
export function hrefOf(route: Route): string {
  switch (route.name) {
    case 'studies':
      return '#/studies';
    case 'new-study':
      return route.step === null ? '#/studies/new' : `#/studies/new/${route.step}`;
    case 'study': {
      const part = route.part === null ? '' : `/${encodeURIComponent(route.part)}`;
      return `#/studies/${encodeURIComponent(route.id)}/${route.tab}${part}`;
    }
    case 'datasets':
      return '#/datasets';
    case 'import':
      return '#/datasets/import';
    case 'dataset':
      return `#/datasets/${encodeURIComponent(route.id)}`;
    case 'weights':
      return '#/weights';
    case 'paper':
      return '#/paper';
    case 'settings':
      return '#/settings';
    case 'unknown':
      return `#${route.path}`;
  }
}

/** `#/studies/ID`; short for the link that most tables need. */
export function studyHref(id: string, tab: StudyTab = 'overview', part: string | null = null): string {
  return hrefOf({ name: 'study', id, tab, part });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseStudy(parts: string[]): Route | null {
  const [id, tab, part] = parts;
  if (id === undefined) return { name: 'studies' };
  if (id === 'new') {
    const step = STUDY_STEPS.find((name) => name === tab) ?? null;
    return tab === undefined || step !== null ? { name: 'new-study', step } : null;
  }
  const known = STUDY_TABS.find((name) => name === (tab ?? 'overview'));
  if (known === undefined) return null;
  if (known === 'results' && part !== undefined && !RESULT_PARTS.some((name) => name === part)) return null;
  return { name: 'study', id, tab: known, part: part ?? null };
}

function parseDataset(parts: string[]): Route | null {
  const [id, rest] = parts;
  if (id === undefined) return { name: 'datasets' };
  if (rest !== undefined) return null;
  return id === 'import' ? { name: 'import' } : { name: 'dataset', id };
}

/** Reads `location.hash`; an address that no screen has becomes `unknown`. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, '');
  const [area, ...parts] = path.split('/').filter(Boolean).map(decode);
  const unknown: Route = { name: 'unknown', path };
  switch (area) {
    case undefined:
      return { name: 'studies' };
    case 'studies':
      return parseStudy(parts) ?? unknown;
    case 'datasets':
      return parseDataset(parts) ?? unknown;
    case 'weights':
    case 'paper':
      return parts.length === 0 ? { name: area } : unknown;
    case 'settings':
      return parts.length === 0 ? { name: 'settings' } : unknown;
    default:
      return unknown;
  }
}

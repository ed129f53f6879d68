/** What may be chosen for a report. */
import { z } from 'zod';

/** Folded in the HTML; in PDF and Word only those that are chosen. */
export const APPENDICES = [
  { id: 'statistics', letter: 'A', title: 'Full statistics' },
  { id: 'thresholds', letter: 'B', title: 'Thresholds, recalibration, decision curves, subgroups' },
  { id: 'weights', letter: 'C', title: 'Filters and weights' },
  { id: 'runs', letter: 'D', title: 'Runs, hashes and configuration' },
  { id: 'model-card', letter: 'E', title: 'Model card' },
] as const;
export type AppendixId = (typeof APPENDICES)[number]['id'];
export const APPENDIX_IDS = APPENDICES.map(({ id }) => id);
export const appendicesSchema = z.array(z.enum(APPENDIX_IDS));

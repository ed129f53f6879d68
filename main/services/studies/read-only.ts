/** Studies that were opened from a bundle are not changed. */
import { AppError } from '../../../shared/system/errors.ts';
import type { StoredStudy } from '../../store/studies.ts';

/** @throws AppError `conflict` for a study that was opened from a bundle. */
export function refuseReadOnly(study: Pick<StoredStudy, 'bundle'>): void {
  if (study.bundle === undefined) return;
  throw new AppError('conflict', 'This study was opened from a bundle: its runs can be looked at, not changed.', {
    action: 'To repeat it, import its images and run the study file of its report.',
  });
}

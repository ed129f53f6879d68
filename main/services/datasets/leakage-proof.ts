/** The leakage proof of a study: made from the stored rows, kept as a file in the study's folder, and checked again. */
import { isDeepStrictEqual } from 'node:util';
import { describeLeakage, doubtsOf } from '../../../shared/dataset/leakage.ts';
import { leakageProofSchema, type LeakageProof, type ProofCheck } from '../../../shared/dataset/leakage-proof.ts';
import { manifestSchema, type Split } from '../../../shared/dataset/dataset.ts';
import type { PairOutcome } from '../../../shared/dataset/picture-pairs.ts';
import { LEAST_CONTRAST, SIMILAR_RMS, SIMILAR_SHARE } from '../../datasets/identity/similar-pictures.ts';
import { PLACEHOLDER_PATIENTS } from '../../datasets/patients.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import { readJsonOrNull } from '../../platform/json-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { sha256Of } from '../../platform/sha256.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { requireDatasetDetail, requireStudy } from '../require.ts';
import { appVersion } from '../system/app-version.ts';

interface Deps {
  store: Store;
  paths: LibraryPaths;
}

const ROWS_RULE =
  'SHA-256 (hexadecimal) of the sorted lines "SHA-256 of the image file, space, part" (train, validation or test), joined by line feeds.';

export function rowsHash(images: readonly { sha256: string; split: Split }[]): string {
  return sha256Of(
    images
      .map(({ sha256, split }) => `${sha256} ${split}`)
      .sort()
      .join('\n'),
  );
}

export function proveLeakage({ store }: Pick<Deps, 'store'>, datasetId: string): LeakageProof {
  const dataset = requireDatasetDetail(store, datasetId);
  const tally = store.picturePairs.tally(datasetId);
  const sum = (...outcomes: PairOutcome[]): { pairs: number; acrossParts: number } => {
    const rows = tally.filter(({ outcome }) => outcomes.includes(outcome));
    return {
      pairs: rows.reduce((total, { pairs }) => total + pairs, 0),
      acrossParts: rows.reduce((total, { acrossParts }) => total + acrossParts, 0),
    };
  };
  const { name, contentHash, images, patients, patientRule, problemCounts, splitConfig } = dataset;
  return {
    format: 'transfusion-lab-leakage-proof',
    schema: 1,
    app: { name: 'Transfusion Lab', version: appVersion() },
    dataset: {
      ...{ name, contentHash, images, patients, patientRule },
      imagesWithoutPatient: problemCounts['no-patient'] ?? 0,
    },
    parts: dataset.splits.map((part) => ({ part: part.split, images: part.images, patients: part.patients })),
    patientsInSeveralParts: store.datasets.sharedPatients(datasetId),
    otherDatasets: store.patientHashes.shared(datasetId),
    conclusion: { ...describeLeakage(dataset), notProved: doubtsOf(dataset) },
    pictures: {
      compared: dataset.picturesCompared,
      copies: sum('copy-left-out', 'both-left-out'),
      joined: sum('joined', 'same-patient'),
      notJoined: sum('not-joined'),
      declaredDifferent: { ...sum('different'), list: store.picturePairs.different(datasetId) },
    },
    limits: {
      greyValues: SIMILAR_RMS,
      shareOfContrast: SIMILAR_SHARE,
      leastContrast: LEAST_CONTRAST,
      mirroredAndTurned: true,
      mostPatients: PLACEHOLDER_PATIENTS,
    },
    split: splitConfig,
    rows: { rule: ROWS_RULE, sha256: rowsHash(store.datasets.images(datasetId)) },
  };
}

export const formatProof = (proof: LeakageProof): string => `${JSON.stringify(proof, null, 2)}\n`;

/** Into the study's folder, whole or not at all. */
export function writeProof({ paths }: Pick<Deps, 'paths'>, studyId: string, proof: LeakageProof): void {
  writeFileAtomic(paths.leakageProof(studyId), formatProof(proof));
}

/** The study's file; null where there is none or it cannot be read. */
export const readProof = ({ paths }: Pick<Deps, 'paths'>, studyId: string): LeakageProof | null =>
  readJsonOrNull(paths.leakageProof(studyId), leakageProofSchema);

/**
 * For a report: made anew, but of a study from a bundle its own, since the library knows neither the pairs nor the files. A study that an
 * earlier version made gets its file now.
 */
export function proofOf(deps: Deps, study: StoredStudy): LeakageProof | null {
  const stored = readProof(deps, study.id);
  if (study.bundle !== undefined) return stored;
  const fresh = proveLeakage(deps, study.datasetId);
  if (stored === null) writeProof(deps, study.id, fresh);
  return fresh;
}

/** Every statement of the study's file against the stored rows and the dataset's manifest. @throws AppError `not-found`. */
export function verifyProof(deps: Deps, studyId: string): ProofCheck[] {
  const { store, paths } = deps;
  const study = requireStudy(store, studyId);
  const stored = readProof(deps, studyId);
  const fresh = proveLeakage(deps, study.datasetId);
  const shared = fresh.patientsInSeveralParts;
  const checks: ProofCheck[] = [
    check(
      'The study has a readable leakage-proof.json',
      stored !== null,
      'It is missing or damaged; the next report of the study writes it anew.',
    ),
    check('No patient is in two parts (counted from the rows)', shared === 0, `${shared} are.`),
  ];
  if (study.bundle === undefined) {
    const manifest = manifestRows(paths.manifest(study.datasetId));
    const same = manifest === fresh.rows.sha256;
    checks.push(check('The manifest has the same images in the same parts', same, 'It is missing, or has others.'));
  }
  if (stored === null) return checks;
  return [
    ...checks,
    check(
      'The checksum of the (image, part) rows is right',
      stored.rows.sha256 === fresh.rows.sha256,
      `${stored.rows.sha256} in the file, ${fresh.rows.sha256} from the rows.`,
    ),
    check(
      'The content hash is that of the dataset',
      stored.dataset.contentHash === fresh.dataset.contentHash,
      `${stored.dataset.contentHash} in the file, ${fresh.dataset.contentHash} of the dataset.`,
    ),
    check(
      'Its numbers of images and patients are right',
      isDeepStrictEqual([stored.parts, stored.patientsInSeveralParts], [fresh.parts, shared]),
      'The rows give others.',
    ),
    ...(study.bundle === undefined
      ? [
          check(
            'Its numbers of pairs of pictures are right',
            isDeepStrictEqual(pairNumbers(stored), pairNumbers(fresh)),
            'The list of pairs gives others.',
          ),
        ]
      : []),
  ];
}

const check = (what: string, holds: boolean, remark: string): ProofCheck => ({
  check: what,
  holds,
  remark: holds ? '' : remark,
});

function pairNumbers({ pictures }: LeakageProof): unknown {
  const { compared, copies, joined, notJoined, declaredDifferent } = pictures;
  return [compared, copies, joined, notJoined, declaredDifferent.pairs, declaredDifferent.acrossParts];
}

function manifestRows(file: string): string | null {
  const manifest = readJsonOrNull(file, manifestSchema);
  return manifest === null ? null : rowsHash(manifest.images);
}

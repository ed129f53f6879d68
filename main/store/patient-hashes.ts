/** Which patients of DICOM files are in several datasets of the library, by salted hashes that mean nothing outside of it. */
import { createHmac } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { rowReader } from './rows.ts';

const SHARED = `
  WITH parts AS (SELECT dataset_id, patient, min(split) AS split FROM images GROUP BY dataset_id, patient)
  SELECT d.name AS dataset, count(DISTINCT own.hash) AS patients,
    count(DISTINCT CASE WHEN here.split <> there.split THEN own.hash END) AS in_other_parts
  FROM patient_hashes AS own
  JOIN patient_hashes AS other ON other.hash = own.hash AND other.dataset_id <> own.dataset_id
  JOIN datasets AS d ON d.id = other.dataset_id
  JOIN parts AS here ON here.dataset_id = own.dataset_id AND here.patient = own.patient
  JOIN parts AS there ON there.dataset_id = other.dataset_id AND there.patient = other.patient
  WHERE own.dataset_id = ? GROUP BY d.id ORDER BY d.name`;

const sharedRow = z.object({ dataset: z.string(), patients: z.int(), inOtherParts: z.int() });

export function patientHashRepository(db: Database) {
  const insert = db.prepare('INSERT OR IGNORE INTO patient_hashes VALUES (?, ?, ?)');
  return {
    /** `id`: the patient ID of the files, in one spelling. Only its HMAC-SHA-256 with the library's salt is kept. */
    insert(datasetId: string, patients: readonly { id: string; patient: number }[]): void {
      if (patients.length === 0) return;
      const salt = db.prepare('SELECT salt FROM patient_salt').pluck().get() as Buffer;
      for (const { id, patient } of patients) {
        insert.run(datasetId, createHmac('sha256', salt).update(id).digest('hex'), patient);
      }
    },
    /** Other datasets with some of the same patients; `inOtherParts`: of these, in another part there (such as training, and test here). */
    shared: (datasetId: string) => rowReader(db, 'patient_hashes', sharedRow).all(SHARED, datasetId),
  };
}

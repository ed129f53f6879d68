/** A dataset of a few small PNG files whose classes differ by colour and texture, with its manifest: enough to train on. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { Manifest, ManifestImage } from '../../../shared/dataset/dataset.ts';
import { RandomStream } from '../../../shared/system/random.ts';

export interface TinyDataset {
  manifest: Manifest;
  manifestFile: string;
}

const SIDE = 40;

/** `patients` with two images each; five grades as ordinal outputs; split 50/25/25 by patient. */
export async function writeTinyDataset(folder: string, patients = 16): Promise<TinyDataset> {
  fs.mkdirSync(path.join(folder, 'images'), { recursive: true });
  const images: ManifestImage[] = [];
  for (let patient = 0; patient < patients; patient++) {
    const grade = patient % 5;
    const split = patient % 4 < 2 ? 'train' : patient % 4 === 2 ? 'validation' : 'test';
    for (const eye of ['left', 'right']) {
      const id = `image-${patient}-${eye}`;
      const file = path.join(folder, 'images', `${id}.png`);
      const bytes = await sharp(paint(grade, new RandomStream(patient, eye)), {
        raw: { width: SIDE, height: SIDE, channels: 3 },
      })
        .png()
        .toBuffer();
      fs.writeFileSync(file, bytes);
      images.push({
        id,
        path: file,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        patient,
        eye,
        split,
        labels: [0, 1, 2, 3, 4].map((output) => (output === grade ? 1 : 0)),
      });
    }
  }
  const manifest: Manifest = {
    schema: 1,
    datasetId: 'tiny',
    contentHash: createHash('sha256')
      .update(JSON.stringify(images.map(({ sha256 }) => sha256)))
      .digest('hex'),
    modality: 'other',
    synthetic: true,
    target: {
      kind: 'ordinal',
      outputs: ['grade 0', 'grade 1', 'grade 2', 'grade 3', 'grade 4'],
      endpoints: [
        { id: 'referable', name: 'Referable', positiveOutputs: [2, 3, 4], score: 'share', headline: true },
        { id: 'grade-0', name: 'Grade 0', positiveOutputs: [0], score: 'probability', headline: false },
      ],
      mapping: 'Grades 2 to 4 are referable.',
    },
    images,
  };
  const manifestFile = path.join(folder, 'manifest.json');
  fs.writeFileSync(manifestFile, JSON.stringify(manifest));
  return { manifest, manifestFile };
}

function paint(grade: number, stream: RandomStream): Uint8Array {
  const tone = stream.between(80, 140);
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const x = i % SIDE;
    const y = Math.floor(i / SIDE);
    const texture = 12 * Math.sin((x * (grade + 1)) / 3) + 30 * stream.normal();
    pixels[3 * i] = clamp(tone + 4 * grade + texture);
    pixels[3 * i + 1] = clamp(90 + y / 2 + texture / 2);
    pixels[3 * i + 2] = clamp(60 + 10 * stream.normal());
  }
  return pixels;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

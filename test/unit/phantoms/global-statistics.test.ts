import { describe, expect, it } from 'vitest';
import { findFieldOfView } from '../../../main/images/field-of-view.ts';
import { createStudy } from '../../../main/phantoms/cxr/patient.ts';
import { renderChest } from '../../../main/phantoms/cxr/render.ts';
import { renderFundus } from '../../../main/phantoms/fundus/render.ts';
import { createScene } from '../../../main/phantoms/fundus/scene.ts';
import type { PhantomImage } from '../../../main/phantoms/image.ts';
import { PAPER_FINDINGS } from '../../../shared/dataset/chexpert.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { globalStatistics, linearAuc, type Example } from './global-statistics.ts';

const SIZE = 64;
/** No more than this may be read off the picture as a whole. */
const MOST = 0.65;

/** The square within the field of view, where nothing of the black surround is left. */
function innerSquare(image: PhantomImage): PhantomImage {
  const field = findFieldOfView(image);
  const side = Math.floor(field.side * Math.SQRT1_2);
  const [left, top] = [field.left + (field.side - side) / 2, field.top + (field.side - side) / 2].map(Math.round);
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = ((y + (top as number)) * image.width + (left as number)) * 3;
    data.set(image.data.subarray(from, from + side * 3), y * side * 3);
  }
  return { data, width: side, height: side, channels: 3 };
}

describe('linear model of global statistics', () => {
  it('finds what is in them', () => {
    const stream = new RandomStream('global-statistics');
    const examples = (shift: number): Example[] =>
      Array.from({ length: 500 }, (_, patient) => {
        const label = stream.uniform() < 0.4;
        return { label, patient, features: [stream.normal(), stream.normal() + (label ? shift : 0), stream.normal()] };
      });
    expect(Math.abs(linearAuc(examples(0)) - 0.5)).toBeLessThan(0.08);
    // Two normal distributions one deviation apart: Phi(1 / sqrt 2) = 0.760.
    expect(Math.abs(linearAuc(examples(1)) - 0.76)).toBeLessThan(0.05);
  });

  it('cannot tell the grade of fundus phantoms, with or without their surround', () => {
    const eyes = Array.from({ length: 300 }, (_, i) => {
      const scene = createScene(1, i + 1, i % 2 === 0 ? 'left' : 'right');
      return { patient: i, grade: scene.eye.grade, label: scene.eye.label, image: renderFundus(scene, SIZE) };
    });
    for (const part of [(image: PhantomImage) => image, innerSquare]) {
      const features = eyes.map(({ image }) => globalStatistics(part(image)));
      expect(features[0]).toHaveLength(12);
      for (const isPositive of [
        (eye: (typeof eyes)[number]) => eye.label >= 2,
        (eye: (typeof eyes)[number]) => eye.grade >= 2,
      ]) {
        const examples = eyes.map((eye, i) => ({
          features: features[i]!,
          label: isPositive(eye),
          patient: eye.patient,
        }));
        expect(linearAuc(examples)).toBeLessThan(MOST);
      }
    }
  });

  it('cannot tell any finding of chest phantoms', () => {
    const studies = Array.from({ length: 400 }, (_, i) => createStudy(1, i + 1, 1, SIZE));
    const features = studies.map((study) => globalStatistics(renderChest(study)));
    for (const name of PAPER_FINDINGS) {
      const examples = studies.map(({ findings }, i) => ({
        features: features[i]!,
        label: findings[name] !== null,
        patient: i,
      }));
      expect(linearAuc(examples), name).toBeLessThan(MOST);
    }
  });
});

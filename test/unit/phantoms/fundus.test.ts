import { describe, expect, it } from 'vitest';
import { createEye, createPatient, GRADE_SHARES, gradeOf, type Grade } from '../../../main/phantoms/fundus/patient.ts';
import { renderFundus } from '../../../main/phantoms/fundus/render.ts';
import { createScene, type FundusScene } from '../../../main/phantoms/fundus/scene.ts';
import { findFieldOfView } from '../../../main/images/field-of-view.ts';

const SIDES = ['left', 'right'] as const;
const scenes: FundusScene[] = Array.from({ length: 200 }, (_, i) =>
  SIDES.map((side) => createScene(11, i + 1, side)),
).flat();

function counts(scene: FundusScene): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { kind } of [...scene.plan.lesions, ...scene.plan.tangles]) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

const ofGrade = (grade: Grade) => scenes.filter((scene) => scene.eye.grade === grade);

describe('fundus phantoms', () => {
  it('have the stated prevalence of grades, correlated between the eyes, and readers who differ mostly by one grade', () => {
    const eyes = Array.from({ length: 3000 }, (_, i) => SIDES.map((side) => createEye(5, createPatient(5, i), side)));
    const all = eyes.flat();
    GRADE_SHARES.forEach((share, grade) => {
      expect(Math.abs(all.filter((eye) => eye.grade === grade).length / all.length - share)).toBeLessThan(0.03);
    });
    const referable = all.filter((eye) => eye.label >= 2).length / all.length;
    expect(referable).toBeGreaterThan(0.3);
    expect(referable).toBeLessThan(0.43);
    const both = eyes.filter(([left, right]) => left!.grade >= 2 && right!.grade >= 2).length;
    const one = eyes.filter(([left, right]) => left!.grade >= 2 !== right!.grade >= 2).length;
    expect(both).toBeGreaterThan(one);
    const differing = all.filter((eye) => eye.label !== eye.grade);
    expect(differing.length / all.length).toBeGreaterThan(0.24);
    expect(differing.length / all.length).toBeLessThan(0.34);
    const crossed = all.filter((eye) => eye.label >= 2 !== eye.grade >= 2).length / all.length;
    expect(Math.abs(crossed - 0.1)).toBeLessThan(0.025);
    expect(differing.filter((eye) => Math.abs(eye.label - eye.grade) > 1).length).toBeLessThan(0.04 * all.length);
  });

  it('map latent severity to grades at the quantiles of the shares', () => {
    expect(gradeOf(-3)).toMatchObject({ grade: 0 });
    expect(gradeOf(-0.11).grade).toBe(0);
    expect(gradeOf(-0.09).grade).toBe(1);
    expect(gradeOf(3)).toMatchObject({ grade: 4 });
    expect(gradeOf(0.325).grade).toBe(1);
    expect(gradeOf(0.335).grade).toBe(2);
    expect(gradeOf(0).depth).toBeCloseTo((0.5 - 0.46) / 0.17, 4);
  });

  it('show lesions as the ICDR scale defines them', () => {
    for (const scene of ofGrade(0)) expect(counts(scene)).toEqual({});
    for (const scene of ofGrade(1)) expect(Object.keys(counts(scene))).toEqual(['microaneurysm']);
    for (const scene of ofGrade(2)) {
      const found = counts(scene);
      expect(found['blot-haemorrhage'] ?? 0).toBeGreaterThanOrEqual(2);
      expect(Object.keys(found)).not.toContain('new-vessels');
      expect(Object.keys(found)).not.toContain('preretinal-haemorrhage');
      expect(Object.keys(found)).not.toContain('irma');
      expect(scene.plan.beaded).toEqual([]);
    }
    for (const scene of ofGrade(3)) {
      expect(counts(scene)['blot-haemorrhage'] ?? 0).toBeGreaterThanOrEqual(18);
      expect(Object.keys(counts(scene))).not.toContain('new-vessels');
    }
    for (const scene of ofGrade(4)) expect(counts(scene)['new-vessels'] ?? 0).toBeGreaterThanOrEqual(1);
    const share = (grade: Grade, has: (scene: FundusScene) => boolean) =>
      ofGrade(grade).filter(has).length / ofGrade(grade).length;
    expect(share(2, (s) => (counts(s)['hard-exudate'] ?? 0) > 0)).toBeGreaterThan(0.4);
    expect(share(3, (s) => s.plan.beaded.length >= 2)).toBeGreaterThan(0.4);
    expect(share(3, (s) => (counts(s).irma ?? 0) > 0)).toBeGreaterThan(0.35);
    const haemorrhages = ([2, 3] as const).map(
      (g) => ofGrade(g).reduce((sum, s) => sum + (counts(s)['blot-haemorrhage'] ?? 0), 0) / ofGrade(g).length,
    );
    expect(haemorrhages[1]).toBeGreaterThan(1.7 * (haemorrhages[0] as number));
  });

  it('show things that are not diabetic whatever the grade', () => {
    for (const grade of [0, 2] as const) {
      expect(ofGrade(grade).some((scene) => scene.drusen.length > 2)).toBe(true);
      expect(ofGrade(grade).some((scene) => scene.dust.length > 0)).toBe(true);
      expect(ofGrade(grade).some((scene) => scene.flare !== null)).toBe(true);
    }
  });

  it('give the eyes of a patient the same camera, pigment, disc and trunks, mirrored; strangers differ', () => {
    const [left, right] = [createScene(11, 4, 'left'), createScene(11, 4, 'right')];
    expect(left.patient).toEqual(right.patient);
    expect(left.landmarks.discRadius).toBe(right.landmarks.discRadius);
    const course = ({ vessels, landmarks }: FundusScene) => {
      const trunk = vessels[0]!.path;
      return Array.from({ length: 20 }, (_, i) => trunk[i * 6 + 1]! - landmarks.discY);
    };
    const difference = (a: FundusScene, b: FundusScene) => {
      const other = course(b);
      return course(a).reduce((sum, y, i) => sum + Math.abs(y - (other[i] as number)), 0) / 20;
    };
    const own: number[] = [];
    const foreign: number[] = [];
    for (let i = 0; i < 40; i++) {
      own.push(difference(scenes[2 * i]!, scenes[2 * i + 1]!));
      foreign.push(difference(scenes[2 * i]!, scenes[2 * i + 3]!));
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(own)).toBeLessThan(0.6 * mean(foreign));
    expect(createScene(11, 5, 'left').patient.anatomyKey).not.toBe(left.patient.anatomyKey);
  });

  it('draw the disc on the nasal side: right of the fovea in a right eye, left in a left eye', () => {
    let agreeing = 0;
    for (let i = 0; i < 8; i++) {
      for (const side of SIDES) {
        const scene = createScene(11, i + 1, side);
        const { data, width, height } = renderFundus(scene, 96);
        const radius = scene.patient.camera.fieldRadius * 96;
        const x = width / 2 + (side === 'right' ? 1 : -1) * scene.landmarks.discX * radius;
        const green = (px: number) => {
          let sum = 0;
          const y = Math.round(height / 2 + scene.landmarks.discY * radius);
          for (let dy = -3; dy <= 3; dy++)
            for (let dx = -3; dx <= 3; dx++) sum += data[((y + dy) * width + Math.round(px) + dx) * 3 + 1] as number;
          return sum;
        };
        if (green(x) > green(width - x)) agreeing++;
      }
    }
    expect(agreeing).toBeGreaterThanOrEqual(15);
  });

  it('have a black surround and a field that the decoder finds', () => {
    for (let i = 0; i < 10; i++) {
      const scene = createScene(11, i + 1, 'right');
      const { data, width, height } = renderFundus(scene, 120);
      const window = findFieldOfView({ data, width, height });
      const diameter = 2 * scene.patient.camera.fieldRadius * 120;
      expect(Math.abs(window.side - diameter) / diameter).toBeLessThan(0.06);
      if (scene.patient.camera.aspect > 1.2) expect([...data.subarray(0, 3)]).toEqual([0, 0, 0]);
    }
  });

  it('darken and redden where a haemorrhage lies', () => {
    const scene = ofGrade(3)[0] as FundusScene;
    const clean: FundusScene = { ...scene, plan: { ...scene.plan, lesions: [], tangles: [] } };
    const [with_, without] = [renderFundus(scene, 160), renderFundus(clean, 160)];
    const blot = scene.plan.lesions
      .filter(({ kind }) => kind === 'blot-haemorrhage')
      .sort((a, b) => b.radiusX - a.radiusX)[0]!;
    const radius = scene.patient.camera.fieldRadius * 160;
    const x = Math.floor(with_.width / 2 + (scene.eye.side === 'right' ? 1 : -1) * blot.x * radius);
    const at = (Math.floor(80 + blot.y * radius) * with_.width + x) * 3;
    expect(with_.data[at + 1]).toBeLessThan(0.7 * (without.data[at + 1] as number));
    expect(with_.data[at]! / with_.data[at + 1]!).toBeGreaterThan(without.data[at]! / without.data[at + 1]!);
  });
});

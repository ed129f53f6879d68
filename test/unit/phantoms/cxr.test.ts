import { describe, expect, it } from 'vitest';
import { layOutChest } from '../../../main/phantoms/cxr/anatomy.ts';
import { labelStudy } from '../../../main/phantoms/cxr/labels.ts';
import { createStudy, PREVALENCE, type ChestStudy, type Pathology } from '../../../main/phantoms/cxr/patient.ts';
import { CHEXPERT_FINDINGS, PAPER_FINDINGS } from '../../../shared/dataset/chexpert.ts';
import { renderChest } from '../../../main/phantoms/cxr/render.ts';

const studies = Array.from({ length: 3000 }, (_, i) => createStudy(3, i + 1, 1, 64));
const healthy = Object.fromEntries(PAPER_FINDINGS.map((name) => [name, null])) as ChestStudy['findings'];
const has = (study: ChestStudy, name: Pathology) => study.findings[name] !== null;

describe('chest phantoms', () => {
  it('draw the five pathologies with the stated prevalence and independently', () => {
    for (const name of PAPER_FINDINGS) {
      const share = studies.filter((study) => has(study, name)).length / studies.length;
      expect(Math.abs(share - PREVALENCE[name])).toBeLessThan(0.03);
      for (const other of PAPER_FINDINGS) {
        if (other === name) continue;
        const among = studies.filter((study) => has(study, other));
        expect(Math.abs(among.filter((study) => has(study, name)).length / among.length - share)).toBeLessThan(0.06);
      }
    }
  });

  it('label with blanks and uncertain entries in training, completely in validation', () => {
    const column = CHEXPERT_FINDINGS.indexOf('Edema');
    const seen = { '1.0': 0, '0.0': 0, '-1.0': 0, '': 0 };
    let right = 0;
    let said = 0;
    for (const study of studies) {
      const entry = labelStudy(study, false)[column] as keyof typeof seen;
      seen[entry]++;
      if (entry === '1.0' || entry === '0.0') {
        said++;
        if ((entry === '1.0') === has(study, 'Edema')) right++;
      }
      expect(labelStudy(study, true)[column]).toBe(has(study, 'Edema') ? '1.0' : '0.0');
    }
    expect(seen['']).toBeGreaterThan(1200);
    expect(seen['-1.0']).toBeGreaterThan(60);
    expect(seen['0.0']).toBeGreaterThan(400);
    expect(right / said).toBeGreaterThan(0.93);
    const noFinding = studies.filter((study) => labelStudy(study, false)[0] === '1.0');
    for (const study of noFinding) expect(PAPER_FINDINGS.some((name) => has(study, name))).toBe(false);
  });

  it('draw an enlarged heart wider than half the chest, and a healthy one not', () => {
    for (const study of studies.slice(0, 500)) {
      const { heartLeft, heartRight, cage } = layOutChest(study);
      const ratio = (heartRight - heartLeft) / (2 * cage);
      if (has(study, 'Cardiomegaly')) expect(ratio).toBeGreaterThan(0.53);
      else expect(ratio).toBeLessThan(0.52);
    }
  });

  it('show each finding: the picture changes, and gets brighter in the lungs', () => {
    for (const name of PAPER_FINDINGS) {
      const study: ChestStudy = {
        ...createStudy(3, 17, 1, 96),
        findings: healthy,
        lookAlikes: healthy,
        devices: false,
      };
      const clean = renderChest(study).data;
      const ill = renderChest({ ...study, findings: { ...healthy, [name]: 0.7 } }).data;
      let changed = 0;
      let brighter = 0;
      ill.forEach((value, i) => {
        const difference = value - (clean[i] as number);
        if (Math.abs(difference) > 6) changed++;
        brighter += difference;
      });
      expect(changed, name).toBeGreaterThan(0.01 * ill.length);
      expect(brighter, name).toBeGreaterThan(0);
    }
  });

  it('draw each finding or its look-alike: the picture differs, and is as bright', () => {
    for (const name of PAPER_FINDINGS) {
      let [changed, brighter, pixels] = [0, 0, 0];
      for (let i = 0; i < 30; i++) {
        const study = createStudy(3, i + 60, 1, 64);
        const severity = study.findings[name] ?? study.lookAlikes[name];
        const draw = (findings: number | null, lookAlikes: number | null) =>
          renderChest({
            ...study,
            findings: { ...study.findings, [name]: findings },
            lookAlikes: { ...study.lookAlikes, [name]: lookAlikes },
          }).data;
        const [finding, lookAlike] = [draw(severity, null), draw(null, severity)];
        finding.forEach((value, at) => {
          const difference = value - (lookAlike[at] as number);
          if (Math.abs(difference) > 6) changed++;
          brighter += difference;
        });
        pixels += finding.length;
      }
      expect(changed / pixels, name).toBeGreaterThan(0.01);
      expect(Math.abs(brighter / pixels), name).toBeLessThan(2.5);
    }
  });

  it('look like a chest: dark lungs beside a bright midline, darker air outside', () => {
    for (let i = 0; i < 10; i++) {
      const study: ChestStudy = {
        ...createStudy(3, i + 40, 1, 96),
        findings: healthy,
        lookAlikes: healthy,
        devices: false,
      };
      const { data, width } = renderChest(study);
      const mean = (x: number, y: number) => {
        let sum = 0;
        for (let dy = -3; dy <= 3; dy++)
          for (let dx = -3; dx <= 3; dx++) sum += data[(y + dy) * width + Math.round(x) + dx] as number;
        return sum / 49;
      };
      const midline = mean(width / 2 + layOutChest(study).shift * 96, 40);
      expect(midline).toBeGreaterThan(1.4 * mean(width / 2 - 24, 40));
      expect(midline).toBeGreaterThan(1.4 * mean(width / 2 + 26, 40));
    }
  });

  it('share the anatomy between studies of a patient', () => {
    const [first, second] = [createStudy(3, 9, 1, 64), createStudy(3, 9, 2, 64)];
    expect(first.patient).toEqual(second.patient);
    expect(first.key).not.toBe(second.key);
  });
});

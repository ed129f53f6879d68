import { describe, expect, it } from 'vitest';
import { describeModels } from '../../../main/engine/models/catalogue.ts';
import { toArmInput, toArmSpec } from '../../../renderer/state/studies/extra-arms.ts';
import { NO_INITS } from '../../../renderer/state/studies/init-choices.ts';
import { EMPTY_STUDY, toSpec, type StudyInput } from '../../../renderer/state/studies/study-input.ts';
import { templateChoices, templateCosts, templateStudy } from '../../../renderer/state/studies/template-choice.ts';
import { MODEL_IDS, type WeightSetSummary } from '../../../shared/study/models.ts';
import { expandArms, studySpecSchema } from '../../../shared/study/study.ts';
import { TEMPLATE_IDS } from '../../../shared/templates/template-ids.ts';
import { studyTemplate, TEMPLATE_SCALES } from '../../../shared/templates/templates.ts';

const models = describeModels({ outputs: 5, size: 224, batch: 8 });
const sets = MODEL_IDS.map((model): WeightSetSummary => ({
  ...{ id: model, name: `natural ${model}`, model, source: 'file', origin: '', runId: null, sha256: '' },
  ...{ normalisation: 'imagenet', outputs: [], synthetic: false, licenceNote: '', createdAt: '' },
}));
const data = {
  ...{ id: 'd', modality: 'fundus' as const },
  splits: [{ split: 'train' as const, images: 60, patients: 30, outputs: [] }],
};
const ALL = TEMPLATE_IDS.flatMap((id) => TEMPLATE_SCALES.map((scale) => ({ id, scale, weights: {} })));

describe('templates in the wizard', () => {
  it.each(ALL)('$id ($scale) keeps each arm when it goes through the form', (template) => {
    const study = templateStudy(template, data, templateChoices(template, models, sets));
    if (!study.ok) throw new Error(study.message);
    expect(study.spec.arms.map((arm) => toArmSpec(toArmInput(arm)))).toEqual(study.spec.arms);
    const input: StudyInput = {
      ...EMPTY_STUDY,
      inits: { ...NO_INITS, random: true },
      ...{ name: 's', datasetId: 'd', template: { ...template, applied: 'x' }, models: study.spec.models ?? [] },
      arms: study.spec.arms.map(toArmInput),
      trainSizes: (study.spec.train_sizes ?? []).join(', '),
    };
    const spec = studySpecSchema.parse(toSpec(input));
    expect(spec.template).toBe(template.id);
    expect(expandArms(spec).map(({ id }) => id)).toEqual(
      expandArms(studySpecSchema.parse(study.spec)).map(({ id }) => id),
    );
  });

  it('cost as many arms and runs as they become', () => {
    for (const template of ALL) {
      const study = templateStudy(
        template,
        { ...data, splits: [{ split: 'train', images: 1_000_000, patients: 1_000_000, outputs: [] }] },
        templateChoices(template, models, sets),
      );
      const arms = study.ok ? expandArms(studySpecSchema.parse(study.spec)).length : 0;
      const costs = templateCosts(studyTemplate(template.id), template.scale, models);
      expect(costs.arms).toBe(arms);
      expect(costs.runs).toBe(arms * (study.ok ? study.spec.seeds.length : 0));
    }
  });

  it('say what is missing, and forget sets that are gone', () => {
    const mine = { id: 'mean-var', scale: 'small', weights: { 'cbr-tiny': 'gone' } } as const;
    const outcome = templateStudy(mine, data, templateChoices(mine, models, []));
    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining('Figures 6, 15, 16') as string });
    expect(templateChoices(mine, models, sets)[0]?.set?.name).toBe('natural cbr-tiny');
  });
});

import { describe, expect, it } from 'vitest';
import { CHECKLISTS } from '../../../main/report/checklists/all.ts';
import { fillChecklist, isReported, type FilledItem } from '../../../main/report/checklists/checklist.ts';
import { CLAIM } from '../../../main/report/checklists/claim.ts';
import { STATEMENT_IDS, findStatements } from '../../../main/report/checklists/statements.ts';
import { MODEL_CARD } from '../../../main/report/checklists/model-card.ts';
import { selfCheck } from '../../../main/report/checklists/self-check.ts';
import { describeChecklists } from '../../../main/report/describe-report.ts';
import { renderHtml } from '../../../main/report/faces/html.ts';
import { parseAnswers } from '../../../main/services/reports/questionnaire-service.ts';
import { QUESTIONS } from '../../../shared/study/questionnaire.ts';
import { madeUpReport } from './made-up-report.ts';

const ALL = [...CHECKLISTS, MODEL_CARD];
const item = (items: readonly FilledItem[], number: string): FilledItem =>
  items.find((candidate) => candidate.number === number) as FilledItem;

describe('the checklists', () => {
  it('have every item of their guideline once, in order', () => {
    expect(CHECKLISTS.map(({ id, items }) => [id, items.length])).toEqual([
      ['claim', 44],
      ['tripod-ai', 52],
      ['stard-ai', 48],
    ]);
    expect(CLAIM.items.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, i) => String(i + 1)));
    for (const { items } of CHECKLISTS) expect(new Set(items.map(({ number }) => number)).size).toBe(items.length);
    const mains = CHECKLISTS.map(({ items }) => new Set(items.map(({ number }) => Number.parseInt(number, 10))).size);
    expect(mains).toEqual([44, 27, 40]);
  });

  it('use every question, and ask none twice', () => {
    const asked = new Set(ALL.flatMap(({ items }) => items.flatMap(({ from }) => ('ask' in from ? from.ask : []))));
    expect([...asked].sort()).toEqual(QUESTIONS.map(({ id }) => id).sort());
  });

  it('use every statement', () => {
    const used = new Set(
      ALL.flatMap(({ items }) =>
        items.flatMap(({ from }) => ('log' in from ? [from.log] : 'confirm' in from ? [from.confirm] : [])),
      ),
    );
    expect(STATEMENT_IDS.filter((id) => !used.has(id))).toEqual([]);
  });

  it('are filled from the stored runs, from confirmations and from answers; the rest is not reported', () => {
    const statements = findStatements(madeUpReport());
    const empty = fillChecklist(CLAIM, { statements, answers: {} });
    expect(item(empty, '19')).toMatchObject({ state: 'log', sections: ['data', 'methods'] });
    expect(item(empty, '19').text).toContain('train 672 images of 336 patients');
    expect(item(empty, '38').text).toMatch(/random 0\.\d{3} \(0\.\d{3}–[01]\.\d{3}\); transfer/);
    expect(item(empty, '21').text).toContain('0.17 wide at an AUC of 0.8; a width of 0.1 at 0.8 takes 620 images');
    expect(item(empty, '36').text).toContain('neither age nor sex');
    expect(item(empty, '1').state).toBe('unconfirmed');
    expect(item(empty, '5')).toMatchObject({ state: 'not reported', text: '' });
    expect(item(empty, '39')).toMatchObject({ state: 'log', sections: ['use', 'thresholds'] });
    const unfinished = madeUpReport();
    const before = findStatements({ ...unfinished, runs: unfinished.runs.map((run) => ({ ...run, result: null })) });
    expect(item(fillChecklist(CLAIM, { statements: before, answers: {} }), '39').state).toBe('not reported');
    const answers = { design: 'Retrospective.', 'confirm:title': 'yes', background: 'Known.' };
    const filled = fillChecklist(CLAIM, { statements, answers });
    expect(item(filled, '5')).toMatchObject({ state: 'answered', text: 'Retrospective.' });
    expect(item(filled, '1').state).toBe('confirmed');
    // Background and intended use are one item: half an answer is none.
    expect(item(filled, '3')).toMatchObject({ state: 'not reported', text: 'Known.' });
    expect(filled.filter(isReported).length - empty.filter(isReported).length).toBe(2);
  });
});

describe('the self-check', () => {
  it('answers from the data alone', () => {
    const answers = Object.fromEntries(
      selfCheck(madeUpReport()).map(({ question, judgement }) => [question, judgement]),
    );
    expect(answers['Is it certain that no patient is in both training and test parts?']).toBe('Yes');
    expect(answers['Was the variation between trainings taken into account?']).toBe('Probably yes');
    expect(answers['Was the model evaluated on data of another source?']).toBe('No');
    const report = madeUpReport();
    const unknown = selfCheck({ ...report, dataset: { ...report.dataset, patientIdKnown: false } });
    expect(unknown.find(({ question }) => question.includes('both training'))?.judgement).toBe('No information');
  });
});

describe('the file of checklists', () => {
  const answered = { ...madeUpReport(), answers: { design: '<Retrospective>' } };
  const html = renderHtml(describeChecklists(answered));

  it('points to the sections of the report, and lists what only the authors can answer', () => {
    expect(html).toContain('<td>Section 2, Section 6</td>');
    expect(html).toContain('&lt;Retrospective&gt;');
    expect(html).toMatch(/\d+ items of 44 reported/);
    expect(html).toContain('Items that only you can answer');
    expect(html).toContain('Which ethics committee approved the study, and was there consent?');
    expect(html).not.toContain('Were the data collected before or after the study was planned? Prospective');
    expect(html).toMatch(/Written from the stored data; confirm what is right: 1, 2, 6/);
    expect(html).not.toContain('not reported');
  });

  it('invents no question: a study without transfer is none of transfer', () => {
    const { results, study } = madeUpReport({ inits: ['random', 'gabor'] });
    const { title } = findStatements({ ...madeUpReport(), results, study });
    expect(title.text).toContain('a comparison of random and gabor');
  });

  it('has each checklist alone as well', () => {
    const one = describeChecklists(answered, 'claim');
    expect(one.sections.map(({ title }) => title)).toEqual(['CLAIM 2024']);
  });
});

describe('parseAnswers', () => {
  it('takes answers, confirmations and retractions', () => {
    expect(parseAnswers({ design: ' Prospective ', funding: null, confirm: ['title'], 'confirm:goal': '' })).toEqual({
      design: 'Prospective',
      funding: '',
      'confirm:title': 'yes',
      'confirm:goal': '',
    });
  });
  it.each([
    [{ desing: 'x' }, 'got "desing"'],
    [{ design: 3 }, 'design: expected a text'],
    [{ design: 'x'.repeat(5000) }, 'at most 4000 characters'],
    [{ confirm: ['accuracy'] }, 'confirm: expected a list of statements'],
    [{ 'confirm:title': 'no' }, 'expected "yes" or nothing'],
    ['text', 'Expected answers by question'],
  ])('refuses %j', (input, message) => {
    expect(() => parseAnswers(input)).toThrow(message);
  });
});

import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { describeChecklists, describeReport } from '../../../main/report/describe-report.ts';
import { renderHtml } from '../../../main/report/faces/html.ts';
import { renderWord } from '../../../main/report/faces/word.ts';
import { encodePng } from '../../../shared/figures/drawing/png.ts';
import { madeUpDetails } from './made-up-details.ts';
import { madeUpReport } from './made-up-report.ts';

const dot = encodePng({ width: 1, height: 1, rgba: new Uint8ClampedArray(4) });
const report = describeReport({ ...madeUpReport(), details: [madeUpDetails] });

async function open(printed: readonly string[], document = report) {
  const drawn: string[] = [];
  const toPng = (svg: string) => {
    drawn.push(svg);
    return Promise.resolve(dot);
  };
  const files = unzipSync(await renderWord(document, { printed, toPng }));
  const xml = strFromU8(files['word/document.xml'] ?? new Uint8Array());
  const text = xml.replace(/<[^>]*>/g, '\n').replaceAll(/\n+/g, '\n');
  return { xml, text, drawn, pictures: Object.keys(files).filter((name) => name.startsWith('word/media/')) };
}

const numbered = (page: string, word: string): number => page.match(new RegExp(`${word} \\d+\\.`, 'g'))?.length ?? 0;

describe('a report for Word', () => {
  it('has the sections, tables and figures of the HTML, under the same numbers', async () => {
    const { xml, text, drawn } = await open(['runs']);
    const html = renderHtml(report, ['runs']);
    for (const { title } of report.sections) expect(text).toContain(title);
    expect(text).toContain('Appendix D: Runs, hashes and configuration');
    expect(text).toContain('Only in the HTML file of this report: Appendix A');
    expect(xml.match(/<w:tbl>/g)).toHaveLength(html.match(/<table>/g)?.length ?? 0);
    for (const word of ['Table', 'Figure']) expect(numbered(text, word)).toBe(numbered(html, `<b>${word}`));
    for (const svg of drawn) expect(html).toContain(svg);
  });

  it('has every figure as a picture with its title', async () => {
    const { xml, drawn, pictures } = await open([]);
    expect(drawn.length).toBeGreaterThanOrEqual(4);
    expect(pictures.length).toBeGreaterThan(0);
    expect(xml.match(/<w:drawing>/g)).toHaveLength(drawn.length);
    expect(xml).toContain('descr="ROC curves, Referable DR"');
  });

  it('keeps names from becoming markup', async () => {
    const { xml } = await open([], { ...report, title: '<w:p>&"' });
    expect(xml).toContain('&lt;w:p&gt;&amp;');
  });

  it('takes a checklist alone', async () => {
    const { text } = await open([], describeChecklists(madeUpReport(), 'claim'));
    expect(text).toContain('CLAIM 2024');
    expect(text).toContain('Items that only you can answer');
    expect(text).not.toContain('STARD');
  });
});

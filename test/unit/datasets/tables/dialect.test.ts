import { describe, expect, it } from 'vitest';
import { detectSeparator, readSepLine } from '../../../../main/datasets/tables/dialect.ts';

describe('the separator', () => {
  const rows = (header: string, row: string, n = 5): string => [header, ...Array<string>(n).fill(row)].join('\r\n');
  it.each([
    [',', rows('image,label', 'a.png,1')],
    [';', rows('image;age;pneumonia', 'a.png;57,5;0,0')],
    [';', rows('image;findings', 'a.png;Effusion|Mass|Edema')],
    [',', rows('Image Index,OriginalImage[Width,Height]', 'a.png,2000,2500')],
    [',', rows('image,findings', 'a.png,"b;c;d;e"')],
    [',', rows('image,remark', 'a.png,"one, two; three; four; five"')],
    ['\t', rows('image\tremark', 'a.png\tone, two, three')],
    ['|', rows('image|label', 'a.png|1')],
    [';', rows('"image";"label; first, second, third"', '"a.png";"1"')],
    [',', rows('"image","label"', '"1","a.png",0')],
    [',', 'image'],
    [',', 'image,label'],
    [';', 'image;label\n'],
    [',', ''],
  ])('is %j in %j', (separator, text) => expect(detectSeparator(text)).toBe(separator));
});

describe("Excel's sep= line", () => {
  it.each([
    ['sep=;\r\nimage;label', ';', 7],
    ['\uFEFFsep=,\nimage', ',', 7],
    ['"sep=;"\r\nimage', ';', 9],
    ['SEP=\t\rimage', '\t', 6],
    ['sepal=5,1', null, 0],
    ['image;sep=', null, 0],
  ])('%j', (text, separator, length) => expect(readSepLine(text)).toEqual({ separator, length }));
});

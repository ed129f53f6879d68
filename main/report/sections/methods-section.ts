/** How it was done, in short, and what a reader should mind. */
import { heading, list, text, under, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { bundleMethods } from '../text/bundle-note.ts';
import { findLimitations } from '../text/limitations.ts';
import { shortMethods } from '../text/methods.ts';

export function methodsSection(input: ReportInput): Block[] {
  const { study, dataset, weights, bundle } = input;
  return [
    ...shortMethods({ spec: study.spec, protocol: study.protocol, dataset, weights }).map(text),
    ...(bundle === null ? [] : under('Origin of this report', [text(bundleMethods(bundle))])),
    heading('Limitations, found in the stored data'),
    ...list(findLimitations(input)),
  ];
}

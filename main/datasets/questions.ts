/** What an import has to ask before it goes on, in words and as an error. */
import type { PreviewRequest } from '../../shared/dataset/dataset.ts';
import type { AcceptableLoss, ImportAnswer, ImportQuestion } from '../../shared/dataset/import-question.ts';
import { AppError } from '../../shared/system/errors.ts';

/** The lines of one question as a terminal shows them. */
export function questionLines({ question, reasons, answers }: ImportQuestion): string[] {
  const width = Math.max(0, ...answers.map(({ option }) => Math.min(option.length, 48)));
  return [
    question,
    ...reasons.map((reason) => `  ${reason}`),
    ...(answers.length > 0 ? ['  Answer with'] : []),
    ...answers.map(({ option, text }) => `    ${option.padEnd(width)}  ${text}`),
  ];
}

/** @returns an AppError `needs-answer`, its action with every question, its reasons and the options that answer it */
export function questionsError(questions: readonly ImportQuestion[]): AppError {
  const [first, ...rest] = questions as readonly [ImportQuestion, ...ImportQuestion[]];
  const [question, ...lines] = questionLines(first);
  return new AppError('needs-answer', `Nothing is imported yet, because it has to be asked: ${question}`, {
    action: [...lines, ...rest.flatMap((other) => ['', ...questionLines(other)])].join('\n'),
    questions: [...questions],
  });
}

export function acceptAnswer(
  loss: AcceptableLoss,
  text: string,
  request: Pick<PreviewRequest, 'accept'>,
): ImportAnswer {
  const accept = [...new Set([...(request.accept ?? []), loss])];
  return { text, option: `--accept ${loss}`, change: { accept } };
}

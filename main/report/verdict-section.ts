/** The answer for this data, part by part, as the app's verdict card gives it. */
import type { StudyResults } from '../../shared/results.ts';
import type { StudySimilarity } from '../../shared/similarity.ts';
import { TONE_WORDS, verdictFacts } from '../../shared/verdict-facts.ts';
import { verdictOf } from '../../shared/verdict.ts';
import { markup, type Markup } from './markup.ts';

/** `similarity`: what was computed of it; null or absent leaves that part out. */
export function verdictSection({
  results,
  similarity = null,
}: {
  results: StudyResults;
  similarity?: StudySimilarity | null;
}): Markup {
  const verdict = verdictOf(results);
  const facts = verdictFacts(results, similarity);
  return markup`<p>${verdict.sentence}</p>
${
  verdict.caveats.length > 0 &&
  markup`<ul class="plain">${verdict.caveats.map((text) => markup`<li>${text}</li>`)}</ul>`
}
${facts.map(
  ({ question, answers }) =>
    markup`<h3>${question}</h3><ul class="plain">${[...Map.groupBy(answers, (answer) => answer.tone)].map(
      ([tone, list]) => markup`<li><b>${TONE_WORDS[tone]}.</b>${list.map(({ text }) => markup`<br>${text}`)}</li>`,
    )}</ul>\n`,
)}
${
  facts.length > 0 &&
  markup`<p class="quiet sans">Differences of AUC are over patients and seeds (t with Satterthwaite’s degrees of freedom); steps over seeds only (Welch’s t on their logarithms). “Yes” and “no” need an interval that decides the question, adjusted where several were asked.</p>`
}`;
}

/** The answer for this data, part by part, as the app's verdict card gives it. */
import type { StudyResults } from '../../../shared/results/results.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { TONE_WORDS, verdictFacts } from '../../../shared/results/verdict-facts.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';

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
  return markup`<p>${verdict.sentence}${verdict.next !== null && markup` ${verdict.next}`}</p>
${
  verdict.caveats.length > 0 &&
  markup`<ul class="plain">${verdict.caveats.map((text) => markup`<li>${text}</li>`)}</ul>`
}
${facts.map(
  ({ question, answers, note }) =>
    markup`<h3>${question}</h3><ul class="plain">${[...Map.groupBy(answers, (answer) => answer.tone)].map(
      ([tone, list]) => markup`<li><b>${TONE_WORDS[tone]}.</b>${list.map(({ text }) => markup`<br>${text}`)}</li>`,
    )}</ul>${note !== null && markup`<p class="quiet">${note}</p>`}\n`,
)}
${
  facts.length > 0 &&
  markup`<p class="quiet sans">Differences of AUC are over patients and seeds (t with Satterthwaite’s degrees of freedom); ratios of steps over seeds only (Kaplan-Meier medians, bootstrap). “Yes” and “no” need a test or an interval that decides the question, adjusted over all arms; those on models without a margin have none.</p>`
}`;
}

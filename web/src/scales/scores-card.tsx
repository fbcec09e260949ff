import "./scales.css";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import type { Comparison, ScaleForm, Score, Scores } from "../shared/api/types";
import { moment } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { now } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { keptDraft } from "./draft";
import { useForms } from "./forms";
import { scaleWords } from "./words";

/** What was scored of a case, where two people differ, and the way to score. */
export function ScoresCard({ caseId }: { caseId: string }) {
  const t = useWords(scaleWords);
  const forms = useForms();
  const scores = useResource(`scores ${caseId}`, () => api.scores(caseId), {
    on: (event) => event.kind === "score.recorded" && event.case_id === caseId,
  });
  const mayScore = may(currentUser()?.role, "score");
  const known = forms.data?.scales ?? [];
  return (
    <section class="card scores">
      <h2>{t.title}</h2>
      {scores.problem && <ProblemNote problem={scores.problem} onRetry={scores.reload} />}
      {!scores.data && scores.loading && <span class="skeleton" role="status" aria-label={t.loading} />}
      {scores.data && <Recorded of={scores.data} forms={known} />}
      {mayScore && <ScoreLinks caseId={caseId} forms={known} />}
    </section>
  );
}

function Recorded({ of, forms }: { of: Scores; forms: readonly ScaleForm[] }) {
  const t = useWords(scaleWords);
  if (of.scores.length === 0) return <p class="quiet">{t.none}</p>;
  return (
    <>
      <ul class="scores-list">
        {[...of.scores].reverse().map((score) => (
          <li key={score.id}>
            <p class="scores-text">{say(score.text)}</p>
            <p class="quiet">{t.by(score.by?.display_name ?? "–", moment(score.at, now(), lang.value))}</p>
          </li>
        ))}
      </ul>
      {of.comparisons.map((comparison) => (
        <Compared
          key={comparison.scale}
          of={comparison}
          scores={of.scores}
          name={forms.find((form) => form.scale === comparison.scale)?.name ?? comparison.scale}
        />
      ))}
    </>
  );
}

/** Examinations of one scale side by side: only the items that differ. */
function Compared({ of, scores, name }: { of: Comparison; scores: readonly Score[]; name: string }) {
  const t = useWords(scaleWords);
  const examined = of.scores.map((id) => scores.find((score) => score.id === id));
  if (of.differences.length === 0) {
    return (
      <p class="scores-same">
        <MarkIcon mark="done" /> {t.compare(name)}. {t.same}
      </p>
    );
  }
  return (
    <section class="scores-compare" tabIndex={0} aria-label={t.compare(name)}>
      <table>
        <caption>
          <MarkIcon mark="warn" /> {t.compare(name)} · {t.differs(of.differences.length)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t.item}</th>
            {examined.map((score, at) => (
              <th key={of.scores[at]} scope="col">
                {score?.by?.display_name ?? "–"}
                <span class="quiet"> · {score && t.ways[score.way]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.differences.map((difference) => (
            <tr key={difference.code}>
              <th scope="row">{say(difference.label)}</th>
              {difference.answers.map((answer, at) => (
                <td key={of.scores[at]} class="num">
                  {answer === "untestable" ? t.untestable : answer}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The NIHSS a tap away, the others behind one; what was begun and not sent is said first. */
export function ScoreLinks({ caseId, forms }: { caseId: string; forms: readonly ScaleForm[] }) {
  const t = useWords(scaleWords);
  const link = (scale: string) => `/cases/${caseId}/score/${scale}`;
  const [first, ...others] = forms;
  const begun = forms.filter((form) => keptDraft(caseId, form.scale));
  return (
    <div class="score-links">
      {begun.map((form) => (
        <p key={form.scale} class="note">
          {t.unfinished(form.name)}{" "}
          <a class="button button-small" href={link(form.scale)}>
            {t.resume}
          </a>
        </p>
      ))}
      <div class="score-first">
        {first && (
          <a class="button" href={link(first.scale)}>
            {t.score(first.name)}
          </a>
        )}
        <a class="button" href={link("thrombolysis")}>
          {t.thrombolysis}
        </a>
      </div>
      {others.length > 0 && (
        <details>
          <summary>{t.others}</summary>
          <ul class="score-others">
            {others.map((form) => (
              <li key={form.scale}>
                <a href={link(form.scale)}>{form.name}</a> <span class="quiet">{say(form.purpose)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

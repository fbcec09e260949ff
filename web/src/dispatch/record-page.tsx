import "./record.css";
import { useCase } from "../case/use-case";
import { api } from "../shared/api";
import type { DecisionRecord } from "../shared/api/types";
import { euros, momentFull, percent } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { Identity } from "../shared/ui/identity";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { recordWords } from "./record-words";
import { StretchTable } from "./stretch-table";

/** The decision as it was taken, on a page that prints. */
export default function RecordPage({ id }: { id: string }) {
  const t = useWords(recordWords);
  const found = useCase(id);
  const record = useResource(`dispatch record ${id}`, () => api.dispatchRecord(id));
  const problem = found.problem ?? record.problem;
  if (!found.data || !record.data) {
    return problem ? (
      <ProblemNote problem={problem} onRetry={record.reload} />
    ) : (
      <div role="status" aria-label={t.loading}>
        <span class="skeleton skeleton-card" />
      </div>
    );
  }
  const [inForce, ...earlier] = record.data.decisions;
  return (
    <article class="record">
      <header class="record-head">
        <div>
          <h1>{t.title}</h1>
          <Identity patient={found.data.patient} />
          <p class="quiet">{found.data.site.name}</p>
        </div>
        <div class="record-actions">
          <a class="button button-quiet" href={`/cases/${id}/dispatch`}>
            {t.back}
          </a>
          {inForce && (
            <button type="button" class="button" onClick={() => window.print()}>
              {t.print}
            </button>
          )}
        </div>
      </header>
      {!inForce && <p class="empty">{t.undecided}</p>}
      {inForce && <Decision of={inForce} />}
      {record.data.stretches.length > 0 && (
        <section class="card">
          <h2>{t.held}</h2>
          <StretchTable stretches={record.data.stretches} />
        </section>
      )}
      {earlier.length > 0 && (
        <details class="record-earlier">
          <summary>{t.earlier(earlier.length)}</summary>
          {earlier.map((decision) => (
            <Decision key={decision.at} of={decision} />
          ))}
        </details>
      )}
      <p class="quiet">{t.caution}</p>
    </article>
  );
}

function Decision({ of }: { of: DecisionRecord }) {
  const t = useWords(recordWords);
  const { shown } = of;
  return (
    <section class="card record-decision">
      <h2>{say(of.label) || of.plan}</h2>
      <p>{t.decided(of.by?.display_name ?? "–", momentFull(of.at, lang.value))}</p>
      <p>
        <span class="quiet">{t.reason_said} </span>
        {of.reason}
      </p>
      {of.gate && (
        <p>
          <span class="quiet">{t.despite} </span>
          {say(of.gate)}
          {of.despite && ` – ${of.despite}`}
        </p>
      )}
      <h3>{t.shown}</h3>
      <p class="record-sentence">{say(shown.sentence)}</p>
      {shown.at && (
        <p class="quiet">
          {t.shown_at(momentFull(shown.at, lang.value))} · {t.weather[shown.weather]}
        </p>
      )}
      <PlanTable of={of} />
      <dl class="record-facts">
        <dt>{t.model}</dt>
        <dd>{of.model_version}</dd>
        <dt>{t.seal}</dt>
        <dd>
          {of.seal && <code class="record-seal">{of.seal}</code>}
          <span>
            <MarkIcon mark={of.intact === false ? "alarm" : of.intact ? "done" : "unclear"} size={12} />{" "}
            {of.intact === null ? t.unsealed : of.intact ? t.intact : t.altered}
          </span>
        </dd>
      </dl>
    </section>
  );
}

function PlanTable({ of }: { of: DecisionRecord }) {
  const t = useWords(recordWords);
  const { shown } = of;
  const minutes = (at: number | null) => (at === null ? "–" : String(Math.round(at)));
  return (
    <section class="record-scroll" aria-label={t.shown} tabIndex={0}>
      <table class="record-plans">
        <thead>
          <tr>
            <th scope="col">{t.plan}</th>
            <th scope="col">
              {t.needle_at} ({t.from_onset})
            </th>
            <th scope="col">
              {t.groin_at} ({t.from_onset})
            </th>
            <th scope="col">{t.good}</th>
            <th scope="col">{t.futile}</th>
            <th scope="col">{t.cost}</th>
          </tr>
        </thead>
        <tbody>
          {shown.plans.map((plan) => {
            const marks = [
              plan.name === of.plan && t.chosen,
              plan.name === shown.recommended && t.recommended,
            ].filter(Boolean);
            return (
              <tr key={plan.name} class={plan.name === of.plan ? "record-chosen" : ""}>
                <th scope="row">
                  {say(plan.label)}
                  {marks.length > 0 && <strong> ({marks.join(", ")})</strong>}
                </th>
                {plan.feasible ? (
                  <>
                    <td class="num">{minutes(plan.needle_at)}</td>
                    <td class="num">{minutes(plan.groin_at)}</td>
                    <td class="num">
                      {percent(plan.p_mrs_0_2, lang.value, 1)}{" "}
                      <span class="quiet">
                        ({plan.range.p_mrs_0_2.map((p) => percent(p, lang.value, 1)).join(" – ")})
                      </span>
                    </td>
                    <td class="num">{percent(plan.futile, lang.value)}</td>
                    <td class="num">{euros(plan.cost_euros, lang.value)}</td>
                  </>
                ) : (
                  <td colSpan={5}>{say(plan.blocked_by)}</td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { decimal, percent } from "../../shared/format";
import { lang, say, useWords } from "../../shared/i18n/words";
import { useResource } from "../../shared/resource";
import { now } from "../../shared/time";
import { MarkIcon } from "../../shared/ui/mark";
import { ProblemNote } from "../../shared/ui/problem-note";
import { TimeField } from "../../shared/ui/time-field";
import { nextAt } from "./hours";
import { staffingWords } from "./words";

/** How many readers tonight needs, by the nights that were. */
export function Staffing() {
  const t = useWords(staffingWords);
  const [from, setFrom] = useState("20:00");
  const [hours, setHours] = useState(12);
  const asked = from === "" || hours < 1 || hours > 24 ? null : `staffing ${from} ${hours}`;
  const answer = useResource(asked, () => api.staffing(nextAt(from, now()), hours));
  const data = answer.data;
  const share = (value: number) => percent(value, lang.value, 1);
  return (
    <>
      <p class="quiet">{t.lead}</p>
      <form class="staffing-hours" onSubmit={(event) => event.preventDefault()}>
        <TimeField label={t.from} value={from} onInput={setFrom} />
        <label class="field">
          <span class="label">{t.hours}</span>
          <input
            class="input"
            type="number"
            min={1}
            max={24}
            value={hours}
            onInput={(event) => setHours(Number(event.currentTarget.value))}
          />
        </label>
      </form>
      {answer.problem && <ProblemNote problem={answer.problem} onRetry={answer.reload} />}
      {!data && answer.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={t.loading} />
      )}
      {data && (
        <>
          <p class="staffing-answer" role="status">
            {say(data.sentence)}
          </p>
          <p class="quiet">
            {data.readings >= 20
              ? t.measured(data.readings, decimal(data.reading_mean_minutes, lang.value, 1))
              : t.assumed(decimal(data.reading_mean_minutes, lang.value, 0))}
          </p>
          {data.needs.length > 0 && (
            <section class="records" tabIndex={0} aria-label={t.caption}>
              <table>
                <caption class="visually-hidden">{t.caption}</caption>
                <thead>
                  <tr>
                    {[t.readers, t.kept, t.past_target, t.past_limit, t.longest].map((label) => (
                      <th key={label} scope="col">
                        {label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data.needs.map((need) => (
                    <tr key={need.readers}>
                      <th scope="row" class="num">
                        {need.readers}
                        {need.readers === data.recommended && (
                          <>
                            {" "}
                            <MarkIcon mark="done" size={12} /> {t.enough}
                          </>
                        )}
                      </th>
                      <td class="num">{share(need.nights_kept)}</td>
                      <td class="num">{share(need.past_target)}</td>
                      <td class="num">{share(need.past_limit)}</td>
                      <td class="num">{t.minutes(decimal(need.longest_minutes, lang.value, 0))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </>
      )}
    </>
  );
}

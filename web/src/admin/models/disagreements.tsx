import { api } from "../../shared/api";
import type { Word } from "../../shared/api/types";
import { moment, percent } from "../../shared/format";
import { flagWords } from "../../shared/i18n/flags";
import { lang, useWords } from "../../shared/i18n/words";
import { useResource } from "../../shared/resource";
import { now } from "../../shared/time";
import { ProblemNote } from "../../shared/ui/problem-note";
import { modelWords } from "./words";

/** Series of which a candidate says otherwise than the model in service, for a person to look at. */
export function Disagreements() {
  const t = useWords(modelWords);
  const f = useWords(flagWords);
  const list = useResource("disagreements", () => api.disagreements(), {
    on: (event) => event.kind === "analysis.changed",
  });
  const rows = list.data?.disagreements ?? [];
  return (
    <section class="disagreements">
      <h2>{t.disagreements}</h2>
      <p class="quiet">{t.disagreements_lead}</p>
      {list.problem && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {list.data && rows.length === 0 && <p class="empty">{t.no_disagreement}</p>}
      {rows.length > 0 && (
        <section class="records" tabIndex={0} aria-label={t.disagreements}>
          <table>
            <caption class="visually-hidden">{t.disagreements}</caption>
            <thead>
              <tr>
                {Object.values(t.column).map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.series_instance_uid} ${row.candidate.name}`}>
                  <td>{row.case_id ? <a href={`/cases/${row.case_id}`}>{t.open_case}</a> : t.no_case}</td>
                  <td>{row.site.name}</td>
                  <td>{f.task[row.task]}</td>
                  <td class="num">{moment(row.at, now(), lang.value)}</td>
                  <td>
                    <Said word={row.active} />
                  </td>
                  <td>
                    <Said word={row.candidate} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Said({ word }: { word: Word | null }) {
  const t = useWords(modelWords);
  const f = useWords(flagWords);
  if (!word) return <span class="quiet">{t.no_word}</span>;
  const said = word.status !== "analysed" ? f[word.status] : word.flag ? t.flagged : f.unflagged;
  return (
    <>
      {said} {word.probability !== null && <span class="num">{percent(word.probability, lang.value)}</span>}
      <br />
      <span class="quiet">
        {word.name} {word.version}
      </span>
    </>
  );
}

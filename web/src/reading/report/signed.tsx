import "./report.css";
import { api } from "../../shared/api";
import type { Report, ReportVersion, Statement } from "../../shared/api/types";
import { moment } from "../../shared/format";
import { lang, say, useWords } from "../../shared/i18n/words";
import { now } from "../../shared/time";
import { reportWords } from "./words";

/** The signed statements, each with where it comes from. */
export function Statements({ items }: { items: readonly Statement[] }) {
  const t = useWords(reportWords);
  if (items.length === 0) return null;
  return (
    <dl class="statements">
      {items.map((statement) => (
        <div key={statement.item}>
          <dt>{say(statement.label)}</dt>
          <dd>
            {say(statement.text)}
            {statement.model && (
              <span class="quiet">
                {" "}
                · {t.from_model(`${statement.model.name} ${statement.model.version}`)}
              </span>
            )}
            {statement.source === "computed" && <span class="quiet"> · {t.computed}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Each signed version on paper: the report in force, then what was added to it. */
export function Papers({ caseId, report }: { caseId: string; report: Report }) {
  const t = useWords(reportWords);
  return (
    <p class="papers">
      {[report, ...report.addenda].map(({ version }) => (
        <a key={version} href={api.reportPaper(caseId, version, lang.value)} target="_blank" rel="noreferrer">
          {t.paper(version)}
        </a>
      ))}
    </p>
  );
}

/** What was added to the report, in order. */
export function Addenda({ report }: { report: Report }) {
  return (
    <>
      {report.addenda.map((addendum) => (
        <Addendum key={addendum.version} addendum={addendum} />
      ))}
    </>
  );
}

function Addendum({ addendum }: { addendum: ReportVersion }) {
  const t = useWords(reportWords);
  const by = addendum.signed_by?.display_name ?? "–";
  return (
    <section class="addendum">
      <h3>{t.addendum_of(addendum.version, by, moment(addendum.signed_at, now(), lang.value))}</h3>
      <p class="report-conclusion">{addendum.conclusion}</p>
      {addendum.findings && <p class="report-findings">{addendum.findings}</p>}
      <Statements items={addendum.items} />
    </section>
  );
}

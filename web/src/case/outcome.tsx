import { Addenda, Papers, Statements } from "../reading/report/signed";
import type { Case, Report } from "../shared/api/types";
import { moment } from "../shared/format";
import { common } from "../shared/i18n/common";
import { lang, say, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { caseWords } from "./words";

export function DecisionCard({ of }: { of: Case }) {
  const t = useWords(caseWords);
  const c = useWords(common);
  const decision = of.decision;
  if (!decision) {
    return (
      <section class="card">
        <h2>{t.decision}</h2>
        <p>
          <MarkIcon mark="waiting" />{" "}
          {of.claimed_by ? t.no_decision_reader(of.claimed_by.display_name) : t.no_decision_unread}
        </p>
      </section>
    );
  }
  return (
    <section class="card card-done" data-testid="decision">
      <h2>{t.decision}</h2>
      <p class="decision-word">{c.diagnosis[decision.diagnosis]}</p>
      <p>
        {decision.treatments.map((treatment) => c.treatment[treatment]).join(" + ")}
        {decision.nihss !== null && <span class="quiet"> · NIHSS {decision.nihss}</span>}
      </p>
      {decision.note && <p class="decision-note">{decision.note}</p>}
      <p class="quiet">
        {t.decided_by(
          decision.by
            ? `${decision.by.display_name}, ${c.role[decision.by.role].toLocaleLowerCase(lang.value)}`
            : "–",
          moment(decision.at, now(), lang.value),
        )}
      </p>
    </section>
  );
}

export function ReportCard({ caseId, report }: { caseId: string; report: Report | null }) {
  const t = useWords(caseWords);
  if (!report) {
    return (
      <section class="card">
        <h2>{t.report}</h2>
        <p>
          <MarkIcon mark="waiting" /> {t.no_report}
        </p>
      </section>
    );
  }
  const by = report.signed_by?.display_name ?? "–";
  return (
    <section class="card card-done" data-testid="report">
      <h2>
        {t.report}{" "}
        <span class="quiet">
          {t.report_status[report.status]} · {t.report_version(report.version)}
        </span>
      </h2>
      <dl class="report">
        <dt>{t.conclusion}</dt>
        <dd class="report-conclusion">{report.conclusion}</dd>
        <dt>{t.recommendation}</dt>
        <dd>{report.recommendation}</dd>
        <dt>{t.findings}</dt>
        <dd>{report.findings}</dd>
      </dl>
      <Statements items={report.items} />
      <Addenda report={report} />
      <Papers caseId={caseId} report={report} />
      <p class="quiet">{t.signed_by(by, moment(report.signed_at, now(), lang.value))}</p>
    </section>
  );
}

export function DispatchCard({ of }: { of: Case }) {
  const t = useWords(caseWords);
  const decided = of.dispatch_decision;
  if (!decided) return null;
  const by = decided.by?.display_name ?? "–";
  return (
    <section class="card card-done" data-testid="dispatch">
      <h2>{t.dispatch_done}</h2>
      <p class="decision-word">{say(decided.label) || decided.plan}</p>
      <p>{decided.reason}</p>
      {decided.gate && (
        <p>
          {t.despite} {say(decided.gate)}
          {decided.despite && ` – ${decided.despite}`}
        </p>
      )}
      <p class="quiet">
        {by}, {moment(decided.at, now(), lang.value)}
      </p>
    </section>
  );
}

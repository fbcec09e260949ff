import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case, Report, ReportVersion } from "../shared/api/types";
import { timeOfDay } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { Area } from "../shared/ui/area";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { proposeReport } from "./propose";
import { AddendumForm } from "./report/addendum-form";
import { type Entries, fromSigned, toSend, unread, withSigned } from "./report/items";
import { ItemsForm } from "./report/items-form";
import { measures } from "./report/scored";
import { Addenda, Papers, Statements } from "./report/signed";
import { reportWords } from "./report/words";
import { readingWords } from "./words";

type Text = ReturnType<typeof proposeReport>;
type Doing = "reading" | "writing" | "adding";

export function ReportForm({ of, onSigned }: { of: Case; onSigned: (report: Report) => void }) {
  const [doing, setDoing] = useState<Doing>(of.report === null ? "writing" : "reading");
  const done = (signed: ReportVersion) => {
    onSigned(withSigned(of.report, signed));
    setDoing("reading");
  };
  const signed = of.report;
  if (signed && doing === "reading") return <Signed caseId={of.case_id} report={signed} onDo={setDoing} />;
  if (signed && doing === "adding") {
    return <AddendumForm caseId={of.case_id} onSigned={done} onCancel={() => setDoing("reading")} />;
  }
  return <VersionForm of={of} onSigned={done} />;
}

interface SignedProps {
  caseId: string;
  report: Report;
  onDo: (next: Doing) => void;
}

function Signed({ caseId, report, onDo }: SignedProps) {
  const t = useWords(readingWords);
  const r = useWords(reportWords);
  const by = report.signed_by?.display_name ?? "–";
  const final = report.status === "final";
  return (
    <div class="form-done">
      <p class="note note-done" role="status">
        <MarkIcon mark="done" /> {t.signed(report.version, by, timeOfDay(report.signed_at, lang.value))}
      </p>
      <p class="report-conclusion">{report.conclusion}</p>
      <p>{report.recommendation}</p>
      <Statements items={report.items} />
      <p class="report-findings quiet">{report.findings}</p>
      <Addenda report={report} />
      <Papers caseId={caseId} report={report} />
      <div class="form-buttons">
        {final && (
          <button type="button" class="button" onClick={() => onDo("adding")}>
            {r.addendum}
          </button>
        )}
        <button
          type="button"
          class={final ? "button button-quiet" : "button"}
          onClick={() => onDo("writing")}
        >
          {final ? r.correct : t.new_version}
        </button>
      </div>
    </div>
  );
}

function VersionForm({ of, onSigned }: { of: Case; onSigned: (version: ReportVersion) => void }) {
  const t = useWords(readingWords);
  const r = useWords(reportWords);
  const signed = of.report;
  const suggested = useResource(`proposals ${of.case_id}`, () => api.reportProposals(of.case_id), {
    on: (event) => event.kind === "analysis.changed" && event.case_id === of.case_id,
  });
  const proposals = suggested.data?.proposals ?? [];
  const scored = useResource(`scores ${of.case_id}`, () => api.scores(of.case_id), {
    on: (event) => event.kind === "score.recorded" && event.case_id === of.case_id,
  });
  // What the person changed; until then each field follows the evidence as it comes.
  const [typed, setTyped] = useState<Partial<Text>>({});
  const [stated, setStated] = useState<Entries | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const base: Text = signed ?? proposeReport(of, lang.value);
  const text: Text = { ...base, ...typed };
  const entries = stated ?? (signed ? fromSigned(signed, proposals) : {});
  const waiting = unread(entries, proposals).length;
  const put = (field: keyof Text) => (value: string) => {
    setTyped((now) => ({ ...now, [field]: value }));
    setConfirmed(false);
  };
  const missing = (field: keyof Text) => (tried && !text[field].trim() ? t.fill : null);

  const sign = async (status: "preliminary" | "final") => {
    setTried(true);
    const whole = text.findings.trim() && text.conclusion.trim() && text.recommendation.trim();
    if (!whole || !confirmed || waiting > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      const { findings, conclusion, recommendation } = text;
      const items = toSend(entries, proposals);
      onSigned(await api.signReport(of.case_id, { findings, conclusion, recommendation, status, items }));
    } catch (cause) {
      const refused = asProblem(cause);
      setProblem(refused);
      // The evidence may have changed under the form: what is proposed now is shown beside the refusal.
      if (refused.field("/items")) suggested.reload();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void sign("final");
      }}
    >
      {suggested.problem && <p class="field-hint">{r.proposals_failed}</p>}
      <ItemsForm
        entries={entries}
        proposals={proposals}
        measures={measures(scored.data?.scores ?? [])}
        birthDate={of.patient.birth_date}
        onChange={(next) => {
          setStated(next);
          setConfirmed(false);
        }}
      />
      {!signed && (
        <p class="field-hint">
          {t.proposed}{" "}
          {Object.keys(typed).length > 0 && (
            <button type="button" class="button button-small" onClick={() => setTyped({})}>
              {t.propose_again}
            </button>
          )}
        </p>
      )}
      <Area
        label={t.findings}
        value={text.findings}
        onInput={put("findings")}
        rows={5}
        error={missing("findings")}
      />
      <Area
        label={t.conclusion}
        value={text.conclusion}
        onInput={put("conclusion")}
        rows={2}
        error={missing("conclusion")}
      />
      <Area
        label={t.recommendation}
        value={text.recommendation}
        onInput={put("recommendation")}
        rows={2}
        error={missing("recommendation")}
      />
      <label class="check">
        <input
          type="checkbox"
          name="confirm"
          checked={confirmed}
          onChange={(event) => setConfirmed(event.currentTarget.checked)}
        />
        {t.confirm}
      </label>
      {tried && !confirmed && <p class="field-error">{t.confirm_needed}</p>}
      {tried && waiting > 0 && (
        <p class="field-error" role="alert">
          {r.unread(waiting)}
        </p>
      )}
      {problem && <ProblemNote problem={problem} kept={t.kept_form} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? t.signing : t.sign}
        </button>
        {signed?.status !== "final" && (
          <button type="button" class="button" disabled={busy} onClick={() => void sign("preliminary")}>
            {t.sign_preliminary}
          </button>
        )}
      </div>
    </form>
  );
}

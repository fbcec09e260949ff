import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case, Report } from "../shared/api/types";
import { timeOfDay } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { Area } from "../shared/ui/area";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { proposeReport } from "./propose";
import { readingWords } from "./words";

type Text = ReturnType<typeof proposeReport>;

export function ReportForm({ of, onSigned }: { of: Case; onSigned: (report: Report) => void }) {
  const t = useWords(readingWords);
  const signed = of.report;
  // What the person changed; until then each field follows the evidence as it comes.
  const [typed, setTyped] = useState<Partial<Text>>({});
  const [confirmed, setConfirmed] = useState(false);
  const [editing, setEditing] = useState(signed === null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const base: Text = signed ?? proposeReport(of, lang.value);
  const text: Text = { ...base, ...typed };
  const put = (field: keyof Text) => (value: string) => {
    setTyped((now) => ({ ...now, [field]: value }));
    setConfirmed(false);
  };
  const missing = (field: keyof Text) => (tried && !text[field].trim() ? t.fill : null);

  const sign = async (status: "preliminary" | "final") => {
    setTried(true);
    const whole = text.findings.trim() && text.conclusion.trim() && text.recommendation.trim();
    if (!whole || !confirmed) return;
    setBusy(true);
    setProblem(null);
    try {
      const { findings, conclusion, recommendation } = text;
      onSigned(await api.signReport(of.case_id, { findings, conclusion, recommendation, status }));
      setTyped({});
      setConfirmed(false);
      setTried(false);
      setEditing(false);
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };

  if (signed && !editing) {
    const by = signed.signed_by?.display_name ?? "–";
    return (
      <div class="form-done">
        <p class="note note-done" role="status">
          <MarkIcon mark="done" /> {t.signed(signed.version, by, timeOfDay(signed.signed_at, lang.value))}
        </p>
        <p class="report-conclusion">{signed.conclusion}</p>
        <p>{signed.recommendation}</p>
        <p class="report-findings quiet">{signed.findings}</p>
        <button type="button" class="button" onClick={() => setEditing(true)}>
          {t.new_version}
        </button>
      </div>
    );
  }
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void sign("final");
      }}
    >
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
      {problem && <ProblemNote problem={problem} kept={t.kept_form} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? t.signing : t.sign}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => void sign("preliminary")}>
          {t.sign_preliminary}
        </button>
      </div>
    </form>
  );
}

import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { asProblem, type Problem } from "../../shared/api/problem";
import type { ReportVersion } from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { Area } from "../../shared/ui/area";
import { ProblemNote } from "../../shared/ui/problem-note";
import { readingWords } from "../words";
import { reportWords } from "./words";

interface AddendumProps {
  caseId: string;
  onSigned: (version: ReportVersion) => void;
  onCancel: () => void;
}

/** Added to the final report, which stays as it is. */
export function AddendumForm({ caseId, onSigned, onCancel }: AddendumProps) {
  const t = useWords(reportWords);
  const r = useWords(readingWords);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sign = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!text.trim()) return;
    setBusy(true);
    setProblem(null);
    try {
      const report = { findings: "", conclusion: text.trim(), recommendation: "", items: [] };
      onSigned(await api.signReport(caseId, { ...report, status: "addendum" }));
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form" noValidate onSubmit={sign}>
      <Area
        label={t.addendum_text}
        value={text}
        onInput={setText}
        rows={4}
        hint={t.addendum_hint}
        error={tried && !text.trim() ? r.fill : null}
      />
      {problem && <ProblemNote problem={problem} kept={r.kept_form} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? r.signing : t.addendum_sign}
        </button>
        <button type="button" class="button button-quiet" disabled={busy} onClick={onCancel}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}

import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { asProblem, type Problem } from "../../shared/api/problem";
import type { Estimate, ServedModel } from "../../shared/api/types";
import { moment } from "../../shared/format";
import { lang, useWords } from "../../shared/i18n/words";
import { now } from "../../shared/time";
import { interval } from "../../shared/ui/flag-line";
import { ProblemNote } from "../../shared/ui/problem-note";
import { type Evaluation, readEvaluation } from "./evaluation";
import { modelWords } from "./words";

/** What is signed of a model at a site, and the form to sign an evaluation measured there. */
export function SignModel({ of, onChange }: { of: ServedModel; onChange: () => void }) {
  const t = useWords(modelWords);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { signed } = of;
  if (!signed) return <SignForm of={of} onSigned={onChange} />;
  const withdraw = async () => {
    setProblem(null);
    try {
      await api.unsignModel(of.name, of.site.id);
      onChange();
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  return (
    <div class="sign-model">
      <p>
        {t.signed(signed.by?.display_name ?? "–", moment(signed.at, now(), lang.value))}
        <br />
        <span class="quiet">
          {t.on(signed.positives, signed.negatives)} · {signed.evaluation_sha256.slice(0, 8)}
        </span>
      </p>
      <button type="button" class="button button-small" onClick={() => void withdraw()}>
        {t.withdraw}
      </button>
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}

type Chosen = { text: string; read: Evaluation } | "unreadable" | null;

function SignForm({ of, onSigned }: { of: ServedModel; onSigned: () => void }) {
  const t = useWords(modelWords);
  const [chosen, setChosen] = useState<Chosen>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const choose = async (file: File | undefined) => {
    setProblem(null);
    if (!file) return setChosen(null);
    const text = await file.text();
    const read = readEvaluation(text);
    setChosen(read ? { text, read } : "unreadable");
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    setProblem(null);
    if (chosen === null || chosen === "unreadable" || !confirmed) return;
    setBusy(true);
    try {
      await api.signModel(of.name, of.site.id, chosen.text);
      onSigned();
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const fileError = chosen === "unreadable" ? t.file_bad : tried && chosen === null ? t.file_needed : null;
  return (
    <form class="sign-model" onSubmit={submit} noValidate>
      <p class="quiet">
        {t.unsigned} {t.sign_lead}
      </p>
      <label class="field">
        <span class="label">{t.file}</span>
        <input
          type="file"
          class="input"
          accept="application/json,.json"
          aria-invalid={fileError ? "true" : undefined}
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
        {fileError && <span class="field-error">{fileError}</span>}
      </label>
      {chosen && chosen !== "unreadable" && <Read evaluation={chosen.read} />}
      <label class="check">
        <input
          type="checkbox"
          checked={confirmed}
          onChange={(event) => setConfirmed(event.currentTarget.checked)}
        />
        {t.confirm}
      </label>
      {tried && !confirmed && <p class="field-error">{t.confirm_needed}</p>}
      {problem && <ProblemNote problem={problem} />}
      <button type="submit" class="button" disabled={busy}>
        {busy ? t.signing : t.sign}
      </button>
    </form>
  );
}

function Read({ evaluation }: { evaluation: Evaluation }) {
  const t = useWords(modelWords);
  const share = (of: Estimate | null) => (of ? interval(of) : t.not_measured);
  return (
    <dl class="facts">
      <div>
        <dt>{evaluation.model}</dt>
        <dd>{t.studies(evaluation.studies)}</dd>
      </div>
      <div>
        <dt>{t.sensitivity}</dt>
        <dd class="num">{share(evaluation.sensitivity)}</dd>
      </div>
      <div>
        <dt>{t.specificity}</dt>
        <dd class="num">{share(evaluation.specificity)}</dd>
      </div>
    </dl>
  );
}

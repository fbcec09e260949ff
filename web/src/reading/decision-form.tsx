import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case, Diagnosis, Treatment } from "../shared/api/types";
import { timeOfDay } from "../shared/format";
import { common } from "../shared/i18n/common";
import { lang, say, useWords } from "../shared/i18n/words";
import { Area } from "../shared/ui/area";
import { Field } from "../shared/ui/field";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { readingWords } from "./words";

const DIAGNOSES: readonly Diagnosis[] = ["haemorrhage", "lvo", "ischaemia", "mimic", "undetermined"];
const TREATMENTS: readonly Treatment[] = ["thrombolysis", "thrombectomy", "neurosurgery", "medical", "none"];

/** "None" stands alone: choosing it clears the others, and choosing another clears it. */
export function toggleTreatment(chosen: readonly Treatment[], treatment: Treatment): Treatment[] {
  if (chosen.includes(treatment)) return chosen.filter((c) => c !== treatment);
  if (treatment === "none") return ["none"];
  return [...chosen.filter((c) => c !== "none"), treatment];
}

export function DecisionForm({ of, onDecided }: { of: Case; onDecided: (next: Case) => void }) {
  const t = useWords(readingWords);
  const c = useWords(common);
  const before = of.decision;
  const [editing, setEditing] = useState(before === null);
  const [diagnosis, setDiagnosis] = useState<Diagnosis | null>(before?.diagnosis ?? null);
  const [treatments, setTreatments] = useState<Treatment[]>(before?.treatments ?? []);
  const [nihss, setNihss] = useState(String(before?.nihss ?? of.nihss ?? ""));
  const [note, setNote] = useState(before?.note ?? "");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const score = nihss.trim() === "" ? null : Number(nihss);
  const badScore = score !== null && !(Number.isInteger(score) && score >= 0 && score <= 42);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!diagnosis || badScore) return;
    setBusy(true);
    setProblem(null);
    try {
      const chosen = treatments.length > 0 ? treatments : (["none"] as Treatment[]);
      onDecided(
        await api.decide(of.case_id, { diagnosis, treatments: chosen, nihss: score, note: note.trim() }),
      );
      setEditing(false);
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };

  if (before && !editing) {
    return (
      <div class="form-done">
        <p class="note note-done" role="status">
          <MarkIcon mark="done" /> {t.decided(timeOfDay(before.at, lang.value))}
        </p>
        <p class="decision-word">{c.diagnosis[before.diagnosis]}</p>
        <p>{before.treatments.map((x) => c.treatment[x]).join(" + ")}</p>
        {before.note && <p>{before.note}</p>}
        <button type="button" class="button" onClick={() => setEditing(true)}>
          {t.decide_again}
        </button>
      </div>
    );
  }
  return (
    <form class="form" onSubmit={submit} noValidate>
      <fieldset>
        <legend class="label">{t.diagnosis}</legend>
        {DIAGNOSES.map((value) => (
          <label key={value} class="check">
            <input
              type="radio"
              name="diagnosis"
              value={value}
              checked={diagnosis === value}
              onChange={() => setDiagnosis(value)}
            />
            {c.diagnosis[value]}
          </label>
        ))}
        {tried && !diagnosis && <p class="field-error">{t.choose}</p>}
      </fieldset>
      <fieldset>
        <legend class="label">{t.treatments}</legend>
        {TREATMENTS.map((value) => (
          <label key={value} class="check">
            <input
              type="checkbox"
              name="treatment"
              value={value}
              checked={treatments.includes(value)}
              onChange={() => setTreatments((now) => toggleTreatment(now, value))}
            />
            {c.treatment[value]}
          </label>
        ))}
      </fieldset>
      <Field
        label={t.nihss}
        value={nihss}
        onInput={setNihss}
        name="decision-nihss"
        inputMode="numeric"
        autocomplete="off"
        error={badScore ? t.nihss_range : say(problem?.field("/nihss")) || null}
      />
      <Area label={t.note} value={note} onInput={setNote} rows={2} />
      {problem && <ProblemNote problem={problem} kept={t.kept_form} />}
      <button type="submit" class="button button-primary" disabled={busy}>
        {busy ? t.deciding : t.decide}
      </button>
    </form>
  );
}

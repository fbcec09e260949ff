import { useEffect, useState } from "preact/hooks";
import { currentUser } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { ScaleForm, Score, Way } from "../shared/api/types";
import { say, useWords } from "../shared/i18n/words";
import { Choice } from "../shared/ui/choice";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { dropDraft, keepDraft, keptDraft, newDraft } from "./draft";
import { Review, Stepper } from "./stepper";
import { scaleWords } from "./words";

/** The emergency physician stands at the bed; a reader sees the patient through the call. */
export function usualWay(): Way {
  return currentUser()?.role === "emergency" ? "bedside" : "video";
}

/** A scale of a case, from the first item to the record. What was answered survives a reload until it is sent. */
export function ScaleSheet({ caseId, form }: { caseId: string; form: ScaleForm }) {
  const t = useWords(scaleWords);
  const [draft, setDraft] = useState(() => keptDraft(caseId, form.scale) ?? newDraft());
  const [way, setWay] = useState<Way>(usualWay);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sent, setSent] = useState<Score | null>(null);

  const started = Object.keys(draft.sheet.answers).length > 0;
  useEffect(() => {
    if (started && !sent) keepDraft(caseId, form.scale, draft);
  }, [caseId, form.scale, draft, started, sent]);

  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const input = { scale: form.scale, way, at: null, answers: { ...draft.sheet.answers } };
      setSent(await api.score(caseId, input, draft.key));
      dropDraft(caseId, form.scale);
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };

  if (sent) {
    return (
      <div class="scale-done">
        <p class="note note-done" role="status">
          <MarkIcon mark="done" /> {t.recorded}
        </p>
        <p class="review-total">{say(sent.text)}</p>
        <a class="button button-primary button-large" href={`/cases/${caseId}`}>
          {t.back_to_case}
        </a>
        <button
          type="button"
          class="button button-quiet"
          onClick={() => {
            setSent(null);
            setDraft(newDraft());
          }}
        >
          {t.again}
        </button>
      </div>
    );
  }
  const change = (sheet: typeof draft.sheet) => setDraft((kept) => ({ ...kept, sheet }));
  const reviewing = draft.sheet.at >= form.items.length;
  return (
    <>
      {reviewing ? (
        <Review form={form} sheet={draft.sheet} onChange={change} />
      ) : (
        <Stepper form={form} sheet={draft.sheet} onChange={change} />
      )}
      {problem && <ProblemNote problem={problem} kept={t.kept} next={t.retry} />}
      {reviewing && (
        <div class="scale-send">
          <Choice
            legend={t.way}
            options={[
              { value: "bedside", label: t.ways.bedside },
              { value: "video", label: t.ways.video },
            ]}
            value={way}
            onChange={setWay}
          />
          <button
            type="button"
            class="button button-primary button-large"
            disabled={busy}
            onClick={() => void send()}
          >
            {busy ? t.sending : t.send}
          </button>
        </div>
      )}
    </>
  );
}

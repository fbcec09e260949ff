import { useState } from "preact/hooks";
import { protocolWords } from "../protocol/words";
import { api, type OrderStep } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Protocol } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { Area } from "../shared/ui/area";
import { ProblemNote } from "../shared/ui/problem-note";

type Writing = "deviation" | "refusal" | null;

/** The technologist's word: read, done as prescribed, done otherwise, or impossible and why. */
export function Answer({ order, onDone }: { order: Protocol; onDone: () => void }) {
  const t = useWords(protocolWords);
  const [writing, setWriting] = useState<Writing>(null);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (step: OrderStep, body: object = {}) => {
    setBusy(true);
    setProblem(null);
    try {
      await api.orderStep(order.case_id, order.protocol_id, step, body);
      setWriting(null);
      setText("");
      onDone();
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const record = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!text.trim()) return;
    if (writing === "refusal") void act("refuse", { reason: text.trim() });
    else void act("done", { deviation: text.trim() });
  };
  if (writing) {
    return (
      <form class="form" noValidate onSubmit={record}>
        <Area
          label={writing === "refusal" ? t.refusal : t.deviation}
          value={text}
          onInput={setText}
          rows={2}
          error={tried && !text.trim() ? t.needed : null}
        />
        {problem && <ProblemNote problem={problem} kept={t.kept_form} />}
        <div class="form-buttons">
          <button type="submit" class="button button-primary" disabled={busy}>
            {busy ? t.sending : t.confirm}
          </button>
          <button type="button" class="button button-quiet" onClick={() => setWriting(null)}>
            {t.cancel}
          </button>
        </div>
      </form>
    );
  }
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      <div class="form-buttons">
        {order.state === "prescribed" && (
          <button
            type="button"
            class="button button-primary"
            disabled={busy}
            onClick={() => void act("acknowledge")}
          >
            {t.acknowledge}
          </button>
        )}
        <button type="button" class="button" disabled={busy} onClick={() => void act("done")}>
          {t.finish}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => setWriting("deviation")}>
          {t.deviate}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => setWriting("refusal")}>
          {t.refuse}
        </button>
      </div>
    </>
  );
}

import { useEffect, useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case } from "../shared/api/types";
import { timeOfDay } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { readingWords } from "./words";

/** Who has the case. Given back, it says what was seen. A lease held here is renewed while the page stays open, and lapses by itself after. */
export function HolderLine({
  of,
  seen,
  onChange,
  onProblem,
}: {
  of: Case;
  /** The series that were on the screen. */
  seen: readonly string[];
  onChange: () => void;
  onProblem: (problem: Problem | null) => void;
}) {
  const t = useWords(readingWords);
  const [busy, setBusy] = useState(false);
  const [handing, setHanding] = useState(false);
  const [note, setNote] = useState("");
  const user = currentUser();
  const holder = of.claimed_by;
  const mine = holder !== null && holder.user_id === user?.id;
  const until = holder?.until ?? null;

  const act = async (what: (id: string) => Promise<unknown>) => {
    setBusy(true);
    onProblem(null);
    try {
      await what(of.case_id);
    } catch (cause) {
      onProblem(asProblem(cause));
    } finally {
      setBusy(false);
      onChange();
    }
  };

  const giveBack = () => {
    setHanding(false);
    void act((id) => api.release(id, { note: note.trim(), seen: [...seen] }));
  };

  useEffect(() => {
    if (!mine || until === null) return;
    const inMs = Math.max(5_000, (Date.parse(until) - now()) / 2);
    const timer = window.setTimeout(() => {
      api
        .claim(of.case_id)
        .catch(() => {})
        .finally(onChange);
    }, inMs);
    return () => window.clearTimeout(timer);
  }, [mine, until, of.case_id, onChange]);

  if (mine && holder) {
    return (
      <p class="holder holder-me">
        {t.held_by_me(timeOfDay(holder.until, lang.value))}
        <button
          type="button"
          class="button button-small"
          aria-expanded={handing}
          disabled={busy}
          onClick={() => setHanding(!handing)}
        >
          {t.release}
        </button>
        {handing && (
          <span class="hand-over">
            <input
              class="input"
              type="text"
              maxLength={2000}
              value={note}
              placeholder={t.hand_over_hint}
              aria-label={t.hand_over_hint}
              ref={(input) => input?.focus()}
              onInput={(event) => setNote(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter") giveBack();
                if (event.key === "Escape") setHanding(false);
              }}
            />
            <button
              type="button"
              class="button button-small button-primary"
              disabled={busy}
              onClick={giveBack}
            >
              {t.hand_over}
            </button>
          </span>
        )}
      </p>
    );
  }
  if (holder) {
    return <p class="holder">{t.held_by(holder.display_name, timeOfDay(holder.until, lang.value))}</p>;
  }
  if (of.decision || !may(user?.role, "claim")) return <p class="holder quiet">{t.free}</p>;
  return (
    <p class="holder">
      <button type="button" class="button button-primary" disabled={busy} onClick={() => void act(api.claim)}>
        {busy ? t.claiming : t.claim}
      </button>
    </p>
  );
}

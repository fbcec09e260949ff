import { useState } from "preact/hooks";
import { parseOnsetTime } from "../alert/draft";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { ClockBoard, Milestone } from "../shared/api/types";
import { moment as momentWords, timeOfDay } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import { clockWords } from "./words";

export interface MomentRowProps {
  caseId: string;
  moment: Milestone;
  enters: boolean;
  onChange: (next: ClockBoard) => void;
}

/** One moment: when, who says so, what was said before; and the way to enter or correct it. */
export function MomentRow({ caseId, moment, enters, onChange }: MomentRowProps) {
  const t = useWords(clockWords);
  const [open, setOpen] = useState(false);
  const last = moment.entries.at(-1);
  const said = last?.at ? t.by(last.by?.display_name ?? "–") : moment.at ? t.by_vigie : "";
  const label = say(moment.label);
  return (
    <li class="moment">
      <div class="moment-line">
        <span>{label}</span>
        <span class="moment-time num">
          {moment.at ? momentWords(moment.at, now(), lang.value) : t.not_known}
        </span>
        {enters && moment.may_be_entered && (
          <button
            type="button"
            class="button button-small"
            aria-expanded={open}
            aria-label={moment.at ? t.correct_of(label) : t.enter_of(label)}
            onClick={() => setOpen(!open)}
          >
            {moment.at ? t.correct : t.enter}
          </button>
        )}
      </div>
      {said && <p class="quiet moment-by">{said}</p>}
      {moment.entries.length > 1 && <History of={moment} />}
      {open && (
        <MomentForm
          caseId={caseId}
          moment={moment}
          onDone={(next) => {
            setOpen(false);
            onChange(next);
          }}
        />
      )}
    </li>
  );
}

function History({ of }: { of: Milestone }) {
  const t = useWords(clockWords);
  return (
    <details class="moment-history">
      <summary class="quiet">{t.history(of.entries.length)}</summary>
      <ol>
        {of.entries.map((entry) => (
          <li key={entry.recorded_at}>
            {t.entry(
              entry.at ? momentWords(entry.at, now(), lang.value) : t.taken_back,
              entry.by?.display_name ?? "–",
              momentWords(entry.recorded_at, now(), lang.value),
            )}
            {entry.reason && <span class="quiet"> · {entry.reason}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

interface MomentFormProps {
  caseId: string;
  moment: Milestone;
  onDone: (next: ClockBoard) => void;
}

function MomentForm({ caseId, moment, onDone }: MomentFormProps) {
  const t = useWords(clockWords);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const at = parseOnsetTime(typed, now());
  const corrects = moment.at !== null;
  const entered = moment.entries.at(-1)?.at != null;
  const lacksReason = corrects && reason.trim() === "";

  const send = async (value: string | null) => {
    setTried(true);
    if (lacksReason || (value === null && !entered)) return;
    setBusy(true);
    setProblem(null);
    try {
      onDone(await api.setMilestone(caseId, { kind: moment.kind, at: value, reason: reason.trim() }));
    } catch (cause) {
      setProblem(asProblem(cause));
      setBusy(false);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (at) void send(at);
  };
  return (
    <form class="moment-form" onSubmit={submit} noValidate>
      <Field
        label={t.time}
        value={typed}
        onInput={setTyped}
        name={`time-${moment.kind}`}
        inputMode="numeric"
        autocomplete="off"
        placeholder="13:20"
        hint={at ? t.time_read(momentWords(at, now(), lang.value)) : undefined}
        error={tried && !at ? t.time_error : say(problem?.field("/at")) || null}
        after={
          <button type="button" class="button" onClick={() => setTyped(timeOfDay(now(), "fr"))}>
            {t.now}
          </button>
        }
      />
      {corrects && (
        <Field
          label={t.reason}
          value={reason}
          onInput={setReason}
          autocomplete="off"
          error={tried && lacksReason ? t.reason_error : say(problem?.field("/reason")) || null}
        />
      )}
      {problem && <ProblemNote problem={problem} next={t.retry} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? t.saving : t.save}
        </button>
        {entered && (
          <button type="button" class="button" disabled={busy} onClick={() => void send(null)}>
            {t.take_back}
          </button>
        )}
      </div>
    </form>
  );
}

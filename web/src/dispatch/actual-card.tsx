import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { DispatchRecord, MomentKind, Moments } from "../shared/api/types";
import { moment } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import type { Resource } from "../shared/resource";
import { now } from "../shared/time";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import { MOMENTS, momentAround } from "./actual";
import { recordWords } from "./record-words";
import { StretchTable } from "./stretch-table";

export interface ActualCardProps {
  caseId: string;
  record: Resource<DispatchRecord>;
  mayEnter: boolean;
}

/** After the decision: the real times, beside what was foreseen. */
export function ActualCard({ caseId, record, mayEnter }: ActualCardProps) {
  const t = useWords(recordWords);
  const [open, setOpen] = useState(false);
  const decided = record.data?.decisions[0];
  if (!record.data || !decided) return record.problem ? <ProblemNote problem={record.problem} /> : null;
  const isKnown = MOMENTS.some((kind) => record.data?.real[kind]);
  return (
    <section class="card" data-testid="dispatch-actual">
      <h2>{t.actual_title}</h2>
      {isKnown ? <StretchTable stretches={record.data.stretches} /> : <p class="quiet">{t.actual_hint}</p>}
      {mayEnter && !open && (
        <button type="button" class="button button-small" onClick={() => setOpen(true)}>
          {isKnown ? t.correct : t.enter}
        </button>
      )}
      {open && (
        <ActualForm
          caseId={caseId}
          decidedAt={decided.at}
          real={record.data.real}
          onDone={(next) => {
            if (next) record.set(next);
            setOpen(false);
          }}
        />
      )}
      <p class="record-links">
        <a href={`/cases/${caseId}/dispatch/record`}>{t.record}</a>
        <a href="/dispatch">{t.overall}</a>
      </p>
    </section>
  );
}

interface ActualFormProps {
  caseId: string;
  decidedAt: string;
  real: Moments;
  onDone: (next: DispatchRecord | null) => void;
}

function ActualForm({ caseId, decidedAt, real, onDone }: ActualFormProps) {
  const t = useWords(recordWords);
  const [typed, setTyped] = useState<Partial<Record<MomentKind, string>>>({});
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const given = MOMENTS.filter((kind) => typed[kind]?.trim());
  const read = (kind: MomentKind) => momentAround(typed[kind] ?? "", decidedAt, now());
  const corrects = given.some((kind) => real[kind] !== null);
  const lacksReason = corrects && !reason.trim();

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (given.length === 0 || lacksReason || given.some((kind) => read(kind) === null)) return;
    setBusy(true);
    setProblem(null);
    try {
      const moments = Object.fromEntries(given.map((kind) => [kind, read(kind)]));
      onDone(await api.enterActual(caseId, moments, reason.trim()));
    } catch (cause) {
      setProblem(asProblem(cause));
      setBusy(false);
    }
  };
  const hint = (kind: MomentKind) => {
    const at = read(kind);
    if (at) return t.read(moment(at, now(), lang.value));
    const known = real[kind];
    return known ? t.known(moment(known, now(), lang.value)) : undefined;
  };
  return (
    <form class="form actual-form" onSubmit={submit} noValidate>
      {MOMENTS.map((kind) => (
        <Field
          key={kind}
          name={`actual-${kind}`}
          label={t.moments[kind]}
          value={typed[kind] ?? ""}
          onInput={(value) => setTyped({ ...typed, [kind]: value })}
          inputMode="numeric"
          autocomplete="off"
          placeholder="13:20"
          hint={hint(kind)}
          error={
            tried && typed[kind]?.trim() && !read(kind)
              ? t.time_error
              : say(problem?.field(`/${kind}`)) || null
          }
        />
      ))}
      {corrects && (
        <Field
          label={t.reason}
          value={reason}
          onInput={setReason}
          autocomplete="off"
          error={tried && lacksReason ? t.reason_error : say(problem?.field("/reason")) || null}
        />
      )}
      {tried && given.length === 0 && <p class="field-error">{t.none}</p>}
      {problem && <ProblemNote problem={problem} kept={t.kept} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? t.saving : t.save}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => onDone(null)}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}

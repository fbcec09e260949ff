import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case, DispatchDecision, DispatchOptions, Plan } from "../shared/api/types";
import { moment } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { Area } from "../shared/ui/area";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { dispatchWords } from "./words";

export interface DecideProps {
  of: Case;
  /** As they are on the screen: what is kept with the decision. */
  options: DispatchOptions;
  plan: Plan | null;
  mayDecide: boolean;
  onDecided: (decision: DispatchDecision) => void;
}

/** The regulator decides, with a reason; what was decided stays in sight. */
export function Decide({ of, options, plan, mayDecide, onDecided }: DecideProps) {
  const t = useWords(dispatchWords);
  const decided = of.dispatch_decision;
  const [editing, setEditing] = useState(false);
  const [reason, setReason] = useState("");
  const [despite, setDespite] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  if (decided && !editing) {
    const by = decided.by?.display_name ?? "–";
    const label = options.plans.find((p) => p.name === decided.plan)?.label ?? decided.label;
    return (
      <section class="card card-done" data-testid="dispatch-decision">
        <h2>{t.decide_title}</h2>
        <p class="decision-word">
          <MarkIcon mark="done" /> {say(label) || decided.plan}
        </p>
        <p>{decided.reason}</p>
        {decided.gate && (
          <p class="plan-caution">
            <MarkIcon mark="warn" size={12} /> {t.despite_said} {say(decided.gate)}
            {decided.despite && ` – ${decided.despite}`}
          </p>
        )}
        <p class="quiet">{t.decided(by, moment(decided.at, now(), lang.value))}</p>
        {mayDecide && (
          <button type="button" class="button button-small" onClick={() => setEditing(true)}>
            {t.decide_again}
          </button>
        )}
      </section>
    );
  }
  if (!mayDecide) {
    return (
      <section class="card">
        <h2>{t.decide_title}</h2>
        <p class="quiet">{t.only_regulator}</p>
      </section>
    );
  }
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!plan || !reason.trim() || (plan.blocked_by && !despite.trim())) return;
    setBusy(true);
    setProblem(null);
    try {
      const choice = {
        plan: plan.name,
        reason: reason.trim(),
        despite: plan.blocked_by ? despite.trim() : "",
        shown_at: options.at,
        weather: options.weather,
      };
      onDecided(await api.decideDispatch(of.case_id, choice));
      setEditing(false);
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="card form" onSubmit={submit} noValidate>
      <h2>{t.decide_title}</h2>
      {plan ? <p class="decide-plan">{say(plan.label)}</p> : <p class="quiet">{t.decide_none}</p>}
      {plan?.blocked_by && (
        <>
          <p class="plan-gate">
            <MarkIcon mark="unclear" /> {t.blocked(say(plan.blocked_by))}
          </p>
          <Area
            label={t.despite}
            value={despite}
            onInput={setDespite}
            rows={2}
            hint={t.despite_hint}
            error={tried && !despite.trim() ? t.despite_missing : null}
          />
        </>
      )}
      {tried && !plan && <p class="field-error">{t.decide_none}</p>}
      <Area
        label={t.reason}
        value={reason}
        onInput={setReason}
        rows={3}
        hint={t.reason_hint}
        error={tried && !reason.trim() ? t.reason_missing : null}
      />
      {problem && <ProblemNote problem={problem} kept={t.kept} />}
      <button type="submit" class="button button-primary" disabled={busy}>
        {busy ? t.deciding : t.decide}
      </button>
    </form>
  );
}

import { useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Case } from "../shared/api/types";
import { moment } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { now } from "../shared/time";
import { ProblemNote } from "../shared/ui/problem-note";
import { caseWords } from "./words";

/** Studies of this site that found no case by themselves, for a person to attach; nothing when there are none. */
export function Attach({ of, onAttached }: { of: Case; onAttached: (next: Case) => void }) {
  const t = useWords(caseWords);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const allowed = may(currentUser()?.role, "attach") && !of.decision;
  const list = useResource(allowed ? `unassigned ${of.case_id}` : null, () => api.unassigned(), {
    on: (event) => event.kind === "case.changed" || event.kind === "series.progress",
  });
  const studies = (list.data?.studies ?? []).filter((study) => study.site === of.site.id);
  if (studies.length === 0) return null;

  const attach = async (uid: string) => {
    setBusy(true);
    setProblem(null);
    try {
      onAttached(await api.attach(of.case_id, uid));
      list.reload();
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card">
      <h2>{t.attach}</h2>
      <p class="quiet">{t.attach_lead}</p>
      <ul class="attach">
        {studies.map((study) => (
          <li key={study.study_instance_uid}>
            <p>
              <strong>{study.patient_name?.replaceAll("^", " ") ?? "–"}</strong> · {study.patient_id ?? "–"}
              <br />
              <span class="quiet">
                {[study.description, t.received(moment(study.received_at, now(), lang.value))]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </p>
            <button
              type="button"
              class="button button-small"
              disabled={busy}
              onClick={() => void attach(study.study_instance_uid)}
            >
              {t.attach_do}
            </button>
          </li>
        ))}
      </ul>
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}

import "./consult.css";
import { useEffect, useState } from "preact/hooks";
import { currentUser } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import { useWords } from "../shared/i18n/words";
import { Icon } from "../shared/ui/icons";
import { ProblemNote } from "../shared/ui/problem-note";
import { type Call, current, join, keptCall, leave, shownFor } from "./call";
import { Tile } from "./tile";
import { consultWords } from "./words";

/** The call of one case: open it, join it, be in it. */
export function CallPanel({ caseId, consultId }: { caseId: string; consultId: string | null }) {
  const t = useWords(consultWords);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const username = currentUser()?.username ?? "";

  useEffect(() => {
    shownFor.value = caseId;
    return () => {
      if (shownFor.value === caseId) shownFor.value = null;
    };
  }, [caseId]);

  useEffect(() => {
    if (consultId && keptCall() === consultId) join(consultId, caseId, username);
  }, [consultId, caseId, username]);

  const call = current.value;
  if (call && call.caseId === caseId) return <InCall call={call} />;

  const open = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { consult_id } = await api.openConsult(caseId);
      join(consult_id, caseId, username);
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="call" aria-label={t.title}>
      <div class="call-idle">
        <p class={consultId ? "call-open" : "quiet"}>{consultId ? t.open : t.nobody}</p>
        <button type="button" class="button button-primary" disabled={busy} onClick={() => void open()}>
          <Icon name="phone" /> {busy ? t.calling : consultId ? t.join : t.call}
        </button>
      </div>
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}

export function InCall({ call }: { call: Call }) {
  const t = useWords(consultWords);
  const taken = call.capture.value;
  const remotes = call.remotes.value;
  const silent = call.others.value.filter((p) => !p.publishing);
  const muted = call.muted.value;
  const dark = call.dark.value;
  const note =
    taken === null
      ? t.asking
      : taken.kind === "both"
        ? null
        : taken.kind === "audio"
          ? t.audio_only
          : t[taken.kind];
  return (
    <section class="call" aria-label={t.title}>
      <div class="call-tiles">
        {remotes.map((remote) => (
          <Tile
            key={remote.participant.participant_id}
            id={remote.participant.participant_id}
            name={remote.participant.display_name}
            role={remote.participant.role}
            stream={remote.stream}
            state={remote.state}
          />
        ))}
        {remotes.length === 0 && (
          <p class="tile tile-empty quiet" role="status">
            {silent[0] ? t.not_publishing(silent[0].display_name) : t.waiting}
          </p>
        )}
        {taken?.stream && (
          <Tile
            id="self"
            name={[t.you, muted && t.muted, dark && t.dark].filter(Boolean).join(" · ")}
            stream={taken.stream}
            state={call.out.value}
            mine
          />
        )}
      </div>
      {note && <p class="call-note">{note}</p>}
      {call.problem.value && <ProblemNote problem={call.problem.value} kept={t.kept} />}
      <div class="call-buttons">
        {taken?.stream && (
          <button
            type="button"
            class="button button-small"
            aria-pressed={muted}
            aria-label={muted ? t.unmute : t.mute}
            title={muted ? t.unmute : t.mute}
            onClick={() => call.toggleMuted()}
          >
            <Icon name="microphone" />
          </button>
        )}
        {taken?.kind === "both" && (
          <button
            type="button"
            class="button button-small"
            aria-pressed={dark}
            aria-label={dark ? t.camera_on : t.camera_off}
            title={dark ? t.camera_on : t.camera_off}
            onClick={() => call.toggleDark()}
          >
            <Icon name="camera" />
          </button>
        )}
        <button type="button" class="button button-small button-danger" onClick={leave}>
          {t.leave}
        </button>
      </div>
    </section>
  );
}

/** The call goes on beside any page that is not its case's own. */
export function CallDock() {
  const t = useWords(consultWords);
  const call = current.value;
  if (!call || shownFor.value === call.caseId) return null;
  return (
    <aside class="dock" aria-label={t.title}>
      <InCall call={call} />
      <a href={`/cases/${call.caseId}`}>{t.back}</a>
    </aside>
  );
}

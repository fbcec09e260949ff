import "./notices.css";
import { useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { asProblem, type Problem } from "../shared/api/problem";
import { timeOfDay, timeWithSeconds } from "../shared/format";
import { colon, lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { calls } from "./api";
import { since } from "./choose";
import type { Call, CalledPerson, CaseCalls, ChannelState, Need } from "./types";
import { noticeWords } from "./words";

const NEEDS: readonly Need[] = ["neurologist", "radiologist", "interventionalist"];

/** Who was called for the case, by what, who is next and when; and the way to call a specialist. */
export function CaseCallsCard({ caseId }: { caseId: string }) {
  const t = useWords(noticeWords);
  const found = useResource(`calls ${caseId}`, () => calls.ofCase(caseId), {
    on: (event) =>
      event.case_id === caseId &&
      ["call.changed", "case.claimed", "case.released", "case.decided", "dispatch.decided"].includes(
        event.kind,
      ),
    everyMs: 60_000,
  });
  return (
    <section class="card">
      <h2>
        {t.card}{" "}
        {found.data && found.data.alerts > 0 && (
          <span class="quiet">· {t.card_count(found.data.alerts)}</span>
        )}
      </h2>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!found.data && found.loading && <span class="skeleton" />}
      {found.data?.calls.length === 0 && <p class="quiet">{t.card_none}</p>}
      {found.data?.calls.map((call) => (
        <CallLines key={call.call_id} call={call} />
      ))}
      {may(currentUser()?.role, "call") && <Ask caseId={caseId} onAsked={found.set} />}
    </section>
  );
}

function names(people: readonly { display_name: string }[]): string {
  return people.map((person) => person.display_name).join(", ");
}

function CallLines({ call }: { call: Call }) {
  const t = useWords(noticeWords);
  return (
    <div class="calls-call">
      <p class="quiet">
        {t.call_for(say(call.need_text), say(call.cause_text))}
        {call.centre && ` · ${call.centre.name}`}
      </p>
      <Standing call={call} />
      <ul class="calls-people">
        {call.called.map((called) => (
          <PersonLine key={`${called.called_at} ${called.person?.display_name}`} called={called} />
        ))}
      </ul>
    </div>
  );
}

function Standing({ call }: { call: Call }) {
  const t = useWords(noticeWords);
  const now = beat.value;
  if (call.stage === "accepted" && call.accepted_at)
    return (
      <p class="calls-now" role="status">
        <MarkIcon mark="done" />{" "}
        {t.accepted(call.accepted_by?.display_name ?? "", timeOfDay(call.accepted_at, lang.value))}
      </p>
    );
  if (call.stage === "ended") return <p class="quiet">{t.ended}</p>;
  if (call.stage === "everyone")
    return (
      <p class="calls-alarm" role="alert">
        <MarkIcon mark="alarm" /> {t.no_answer(since(call.raised_at, now))}
      </p>
    );
  const round = Math.max(0, ...call.called.map((called) => called.round));
  const current = call.called.filter((called) => called.round === round && !called.declined_at);
  const first = current[0];
  const people = current.flatMap((called) => (called.person ? [called.person] : []));
  const next = call.next_at ? timeWithSeconds(call.next_at, lang.value) : "";
  return (
    <>
      <p class="calls-now">
        <MarkIcon mark="waiting" />
        {first ? t.calling(names(people), since(first.called_at, now)) : t.starting}
      </p>
      {call.next_at && <p>{call.next.length > 0 ? t.next(names(call.next), next) : t.next_everyone(next)}</p>}
    </>
  );
}

function PersonLine({ called }: { called: CalledPerson }) {
  const t = useWords(noticeWords);
  return (
    <li>
      <span class="num">{timeOfDay(called.called_at, lang.value)}</span> {t.round(called.round)} ·{" "}
      {called.person?.display_name}
      {called.declined_at && <strong> · {t.declined}</strong>}
      {called.channels.map((channel) => (
        <p key={channel.channel} class={channel.failed_at ? "calls-failed" : "quiet"}>
          {channel.failed_at && <MarkIcon mark="warn" size={12} />} {colon(say(channel.label))}{" "}
          {stateOf(channel, t)}
        </p>
      ))}
    </li>
  );
}

function stateOf(channel: ChannelState, t: ReturnType<typeof useWords<typeof noticeWords.fr>>): string {
  const at = (time: string) => ` ${timeOfDay(time, lang.value)}`;
  if (channel.seen_at) return t.state.seen + at(channel.seen_at);
  if (channel.delivered_at) return t.state.delivered + at(channel.delivered_at);
  if (channel.failed_at) return t.state.failed(channel.failure ?? "") + at(channel.failed_at);
  return channel.sent_at ? t.state.sent + at(channel.sent_at) : t.state.waiting;
}

function Ask({ caseId, onAsked }: { caseId: string; onAsked: (calls: CaseCalls) => void }) {
  const t = useWords(noticeWords);
  const [need, setNeed] = useState<Need>("interventionalist");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setProblem(null);
    setAsked(false);
    try {
      onAsked(await calls.ask(caseId, need));
      setAsked(true);
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  return (
    <>
      <form class="calls-ask" onSubmit={submit}>
        <label class="field">
          <span class="label">{t.ask_need}</span>
          <select class="input" value={need} onChange={(event) => setNeed(event.currentTarget.value as Need)}>
            {NEEDS.map((one) => (
              <option key={one} value={one}>
                {t.need[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button">
          {t.ask}
        </button>
      </form>
      {asked && (
        <p class="quiet" role="status">
          {t.asked}
        </p>
      )}
      {problem && <ProblemNote problem={problem} />}
    </>
  );
}

import { api } from "../shared/api";
import { moment } from "../shared/format";
import { common } from "../shared/i18n/common";
import { lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { now } from "../shared/time";
import { ProblemNote } from "../shared/ui/problem-note";
import { caseWords } from "./words";

/** Every step with who and when, the latest first. */
export function Timeline({ caseId }: { caseId: string }) {
  const t = useWords(caseWords);
  const c = useWords(common);
  const timeline = useResource(`timeline ${caseId}`, () => api.timeline(caseId), {
    on: (event) => event.case_id === caseId,
  });
  const events = [...(timeline.data?.events ?? [])].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <section class="card">
      <h2>{t.timeline}</h2>
      {timeline.problem && <ProblemNote problem={timeline.problem} onRetry={timeline.reload} />}
      {!timeline.data && timeline.loading && <span class="skeleton" />}
      {timeline.data && events.length === 0 && <p class="quiet">{t.timeline_empty}</p>}
      <ol class="timeline">
        {events.map((event, index) => (
          <li key={`${event.at} ${event.kind} ${index}`} data-kind={event.kind}>
            <time dateTime={event.at}>{moment(event.at, now(), lang.value)}</time>
            <p>
              {say(event.text)}
              <span class="quiet">
                {" "}
                · {event.actor ? `${event.actor.display_name}, ${c.role[event.actor.role]}` : t.by_vigie}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

import "./clock-board.css";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import type { ClockBoard as Board, StretchLine } from "../shared/api/types";
import { duration } from "../shared/format";
import { colon, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { MomentRow } from "./moment-row";
import { readStretch, type StretchReading, share, strictestKept } from "./stretch";
import { clockWords } from "./words";

const MOVES_CLOCKS = new Set([
  "milestone.recorded",
  "case.claimed",
  "case.decided",
  "case.changed",
  "dispatch.decided",
  "series.progress",
]);

/** Every stretch of the patient's path against its target, and the moments that they are measured between. */
export function ClockBoard({ caseId }: { caseId: string }) {
  const t = useWords(clockWords);
  const board = useResource(`clocks ${caseId}`, () => api.milestones(caseId), {
    on: (event) => event.case_id === caseId && MOVES_CLOCKS.has(event.kind),
  });
  return (
    <section class="card clocks">
      <h2>{t.title}</h2>
      {board.problem && <ProblemNote problem={board.problem} onRetry={board.reload} />}
      {!board.data && board.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={t.loading} />
      )}
      {board.data && <Clocks caseId={caseId} of={board.data} onChange={board.set} />}
    </section>
  );
}

interface ClocksProps {
  caseId: string;
  of: Board;
  onChange: (next: Board) => void;
}

function Clocks({ caseId, of, onChange }: ClocksProps) {
  const t = useWords(clockWords);
  const enters = may(currentUser()?.role, "milestone");
  const sources = [...new Set(of.board.map((line) => line.source))];
  return (
    <>
      <ul class="stretches">
        {of.board.map((line) => (
          <Stretch key={line.code} line={line} />
        ))}
      </ul>
      <h3>{t.moments}</h3>
      <ul class="moments">
        {of.milestones.map((moment) => (
          <MomentRow key={moment.kind} caseId={caseId} moment={moment} enters={enters} onChange={onChange} />
        ))}
      </ul>
      <p class="quiet clocks-source">
        {colon(t.source)} {sources.join(" · ")}
      </p>
    </>
  );
}

function useStretchWords(): (line: StretchLine, reading: StretchReading) => string {
  const t = useWords(clockWords);
  return (line, { state, minutes, over }) => {
    if (state === "not_started" || state === "not_planned") return t.state[state];
    const spent = duration(minutes ?? 0);
    const past = duration(Math.max(1, Math.round(over ?? 0)));
    switch (state) {
      case "possible":
        return t.possible(spent);
      case "running":
        return t.running(spent, duration(Math.ceil(-(over ?? 0))));
      case "overdue":
        return t.overdue(spent, past);
      case "met":
        return t.met(spent, duration(strictestKept(line) ?? line.target));
      case "missed":
        return t.missed(spent, past);
    }
  };
}

function Stretch({ line }: { line: StretchLine }) {
  const t = useWords(clockWords);
  const stretchWords = useStretchWords();
  const reading = readStretch(line, beat.value);
  const targets = [
    t.target(duration(line.target)),
    ...line.stretch_targets.map((target) => t.stricter(duration(target))),
  ];
  return (
    <li class={`stretch stretch-${reading.state}`} data-stretch={line.code}>
      <p class="stretch-label">
        {say(line.label)} <span class="quiet">{targets.join(", ")}</span>
      </p>
      <p class="stretch-word">
        <MarkIcon mark={reading.mark} size={12} /> {stretchWords(line, reading)}
      </p>
      <svg class="stretch-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="stretch-track" x="0" y="1" width="100" height="4" />
        <rect class="stretch-gone" x="0" y="1" width={100 * share(reading.minutes ?? 0, line)} height="4" />
        {[line.target, ...line.stretch_targets].map((target) => (
          <rect
            key={target}
            class="stretch-tick"
            x={100 * share(target, line) - 0.4}
            y="0"
            width="0.8"
            height="6"
          />
        ))}
      </svg>
    </li>
  );
}

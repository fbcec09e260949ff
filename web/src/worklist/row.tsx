import { spoken } from "../shared/analyses";
import { api } from "../shared/api";
import type { Item } from "../shared/api/types";
import { duration, minutesBetween, thrombolysisLeft, timeOfDay } from "../shared/format";
import { common } from "../shared/i18n/common";
import { lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { ClockFace } from "../shared/ui/clock-face";
import { FlagDetails, FlagLine } from "../shared/ui/flag-line";
import { Identity } from "../shared/ui/identity";
import { LeftLine } from "../shared/ui/left-line";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { isLastTurn, LastTurn, Reasons } from "./reasons";
import { worklistWords } from "./words";

export interface RowProps {
  item: Item;
  href: string;
  myId: string;
  mayClaim: boolean;
  busy: boolean;
  open: boolean;
  onToggle: () => void;
  onClaim: () => void;
}

export function Row({ item, href, myId, mayClaim, busy, open, onToggle, onClaim }: RowProps) {
  const t = useWords(worklistWords);
  const alarmed = item.flags.some((f) => f.flag && f.moves_queue);
  const last = isLastTurn(item);
  return (
    <li
      class={`row ${alarmed ? "row-alarm" : ""} ${last ? "row-last" : ""} row-${item.state}`}
      data-case={item.case_id}
    >
      {last && <LastTurn />}
      <div class="row-main">
        <ClockFace clock={item.clock} />
        <div class="row-who">
          <a class="row-link" href={href} data-row-link>
            <Identity patient={item.patient} />
          </a>
          <p class="row-where">
            {item.site.name}
            {!item.alert && <span class="quiet"> · {t.no_alert}</span>}
          </p>
        </div>
        <Since item={item} />
        <Seen item={item} />
        <div class="row-holder">
          <Holder item={item} myId={myId} mayClaim={mayClaim} busy={busy} onClaim={onClaim} />
          <button type="button" class="button button-quiet" aria-expanded={open} onClick={onToggle}>
            {open ? t.hide_details : t.details}
          </button>
        </div>
      </div>
      {item.left && !item.decision && <LeftLine left={item.left} />}
      {open && <RowDetails item={item} />}
    </li>
  );
}

function Since({ item }: { item: Item }) {
  const c = useWords(common);
  const now = beat.value;
  const left = thrombolysisLeft(item.onset, now);
  return (
    <div class="row-since">
      <p>
        {item.onset.kind === "known" && item.onset.at
          ? c.onset.known(timeOfDay(item.onset.at, lang.value), duration(minutesBetween(item.onset.at, now)))
          : c.onset[item.onset.kind === "known" ? "unknown" : item.onset.kind]}
      </p>
      <p class="quiet">
        {left === null
          ? c.onset.window_none
          : left > 0
            ? c.onset.window(duration(left))
            : c.onset.window_closed}
      </p>
      <p class="quiet">
        NIHSS {item.nihss ?? "–"} · RACE {item.race ?? "–"} · {c.anticoagulant[item.anticoagulant]}
      </p>
    </div>
  );
}

function Seen({ item }: { item: Item }) {
  const t = useWords(worklistWords);
  return (
    <div class="row-seen">
      <p class="row-sentence">{say(item.sentence)}</p>
      {spoken(item.flags).map((flag) => (
        <FlagLine key={`${flag.task}-${flag.series_instance_uid}`} flag={flag} />
      ))}
      <p class="quiet row-images">
        {item.imaging.instances === 0
          ? t.no_images
          : item.imaging.receiving
            ? t.receiving(item.imaging.instances)
            : t.images(item.imaging.instances)}
      </p>
    </div>
  );
}

function Holder({
  item,
  myId,
  mayClaim,
  busy,
  onClaim,
}: {
  item: Item;
  myId: string;
  mayClaim: boolean;
  busy: boolean;
  onClaim: () => void;
}) {
  const t = useWords(worklistWords);
  const c = useWords(common);
  const call = item.consult_id && (
    <p class="row-call">
      <MarkIcon mark="clear" size={10} /> {t.in_call}
    </p>
  );
  if (item.decision) {
    return (
      <p>
        <MarkIcon mark="done" size={12} /> {c.diagnosis[item.decision.diagnosis]}
        <span class="quiet"> · {t.decided_at(timeOfDay(item.decision.at, lang.value))}</span>
      </p>
    );
  }
  if (item.claimed_by) {
    const mine = item.claimed_by.user_id === myId;
    return (
      <>
        <p class={mine ? "holder-me" : ""}>
          {mine ? t.held_by_me : t.held_by(item.claimed_by.display_name)}
          <span class="quiet"> {t.until(timeOfDay(item.claimed_by.until, lang.value))}</span>
        </p>
        {call}
      </>
    );
  }
  return (
    <>
      {mayClaim ? (
        <button type="button" class="button button-primary" disabled={busy} onClick={onClaim}>
          {busy ? t.claiming : t.claim}
        </button>
      ) : (
        <p class="quiet">{t.free}</p>
      )}
      {call}
    </>
  );
}

/** What would give the case another place: asked for when the details open. */
function Changes({ item }: { item: Item }) {
  const t = useWords(worklistWords);
  const place = useResource(item.decision ? null : `place ${item.case_id} ${item.position}`, () =>
    api.place(item.case_id),
  );
  if (item.decision) return null;
  return (
    <section>
      <h2 class="h-small">{t.changes}</h2>
      {place.problem && <ProblemNote problem={place.problem} onRetry={place.reload} />}
      {!place.data && place.loading && <span class="skeleton" role="status" aria-label={t.changes} />}
      {place.data && place.data.brought_forward_minutes >= 1 && (
        <p class="quiet">
          {t.own_limit(timeOfDay(place.data.own_limit_at, lang.value), place.data.brought_forward_minutes)}
        </p>
      )}
      {place.data?.changes.length === 0 && <p class="quiet">{t.no_change}</p>}
      {place.data && place.data.changes.length > 0 && (
        <ul class="changes">
          {place.data.changes.map((change) => (
            <li key={change.text.en}>
              <span>{say(change.text)}</span>
              <span class="num">{t.moves(item.position, change.position)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function RowDetails({ item }: { item: Item }) {
  const t = useWords(worklistWords);
  return (
    <div class="row-details">
      <section>
        <h2 class="h-small">{t.reasons}</h2>
        <Reasons reasons={item.reasons} />
      </section>
      <Changes item={item} />
      {spoken(item.flags).map((flag) => (
        <FlagDetails key={`${flag.task}-${flag.series_instance_uid}`} flag={flag} />
      ))}
    </div>
  );
}

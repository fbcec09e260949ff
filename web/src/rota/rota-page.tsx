import "./rota.css";
import { useState } from "preact/hooks";
import type { Need } from "../notices/types";
import { noticeWords } from "../notices/words";
import { currentUser, may } from "../session/session";
import { timeOfDay } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { rotaApi } from "./api";
import { ImportTable } from "./import-table";
import { PoolForm } from "./pool-form";
import type { Pool, Rota } from "./types";
import { daysOf, rows, weekAway } from "./week";
import { rotaWords } from "./words";

const NEEDS: readonly Need[] = ["neurologist", "radiologist", "interventionalist"];

/** Who is on call now and why, and the week by pool with its gaps. */
export default function RotaPage() {
  const t = useWords(rotaWords);
  const [day, setDay] = useState<string | null>(null);
  const [editing, setEditing] = useState<string | "new" | null>(null);
  const found = useResource(`rota ${day ?? ""}`, () => rotaApi.week(day), { everyMs: 60_000 });
  const admin = may(currentUser()?.role, "administer");
  const done = () => {
    setEditing(null);
    found.reload();
  };
  const rota = found.data;
  return (
    <div class="rota">
      <h1>{t.title}</h1>
      <Now />
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!rota && found.loading && <span class="skeleton skeleton-card" role="status" />}
      {rota && (
        <>
          <WeekBar rota={rota} onMove={setDay} />
          {rota.pools.length === 0 && <p class="empty">{t.empty}</p>}
          {rota.pools.map((pool) =>
            editing === pool.id ? (
              <PoolForm key={pool.id} pool={pool} people={rota.people} onDone={done} />
            ) : (
              <PoolWeek
                key={pool.id}
                pool={pool}
                week={rota.week}
                onEdit={admin ? () => setEditing(pool.id) : null}
              />
            ),
          )}
          {admin &&
            (editing === "new" ? (
              <PoolForm pool={null} people={rota.people} onDone={done} />
            ) : (
              <button type="button" class="button" onClick={() => setEditing("new")}>
                {t.add}
              </button>
            ))}
          {admin && rota.pools.length > 0 && <ImportTable onDone={found.reload} />}
        </>
      )}
    </div>
  );
}

function Now() {
  const t = useWords(rotaWords);
  const n = useWords(noticeWords);
  const sites = currentUser()?.sites ?? [];
  const [site, setSite] = useState(sites[0]?.id ?? "");
  const [need, setNeed] = useState<Need>("neurologist");
  const found = useResource(site ? `on call ${site} ${need}` : null, () => rotaApi.onCall(site, need), {
    everyMs: 60_000,
  });
  if (sites.length === 0) return null;
  return (
    <section class="card">
      <h2>{t.now_title}</h2>
      <div class="rota-asked">
        <label class="field">
          <span class="label">{t.site}</span>
          <select class="input" value={site} onChange={(event) => setSite(event.currentTarget.value)}>
            {sites.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="label">{t.need}</span>
          <select class="input" value={need} onChange={(event) => setNeed(event.currentTarget.value as Need)}>
            {NEEDS.map((one) => (
              <option key={one} value={one}>
                {n.need[one]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!found.data && found.loading && <span class="skeleton" role="status" />}
      {found.data && (
        <>
          <p class="rota-sentence" role="status">
            {say(found.data.sentence)}
          </p>
          <ol class="rota-ladder">
            {found.data.rungs.map((rung) => (
              <li key={`${rung.pool} ${rung.level}`}>
                <span class="quiet">
                  {t.level(rung.level)} · {rung.pool_name}
                </span>
                {rung.people.length === 0 && (
                  <p class="rota-gap">
                    <MarkIcon mark="warn" size={12} /> {t.nobody}
                  </p>
                )}
                {rung.people.map((person) => (
                  <p key={person.user_id}>
                    <strong>{person.display_name}</strong> <span class="quiet">{say(person.reason)}</span>
                  </p>
                ))}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function WeekBar({ rota, onMove }: { rota: Rota; onMove: (day: string | null) => void }) {
  const t = useWords(rotaWords);
  return (
    <div class="rota-week">
      <h2>{t.week_of(shortDate(rota.week))}</h2>
      <button type="button" class="button button-small" onClick={() => onMove(weekAway(rota.week, -1))}>
        ← {t.previous}
      </button>
      <button type="button" class="button button-small" onClick={() => onMove(null)}>
        {t.this_week}
      </button>
      <button type="button" class="button button-small" onClick={() => onMove(weekAway(rota.week, 1))}>
        {t.following} →
      </button>
    </div>
  );
}

/** "2026-11-24" → "24/11", without passing through a time zone. */
function shortDate(iso: string): string {
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}`;
}

function PoolWeek({ pool, week, onEdit }: { pool: Pool; week: string; onEdit: (() => void) | null }) {
  const t = useWords(rotaWords);
  const n = useWords(noticeWords);
  const gaps = pool.segments.filter((segment) => segment.gap !== null);
  return (
    <section class="card">
      <div class="rota-head">
        <h3>
          {pool.name} <span class="quiet">· {n.need[pool.specialty]}</span>
        </h3>
        {onEdit && (
          <button type="button" class="button button-small" onClick={onEdit}>
            {t.edit}
          </button>
        )}
      </div>
      <p class="quiet">
        {t.answers_for(pool.sites.map((site) => site.name).join(", "))} · {pool.zone} · <code>{pool.id}</code>
      </p>
      {pool.segments.length === 0 && <p class="empty">{t.empty_pool}</p>}
      {pool.segments.length > 0 && <Grid pool={pool} week={week} />}
      {pool.segments.length > 0 && (
        <>
          <h3>{t.gaps}</h3>
          {gaps.length === 0 && (
            <p class="quiet">
              <MarkIcon mark="clear" size={12} /> {t.no_gap}
            </p>
          )}
          <ul class="rota-gaps">
            {gaps.map((segment) => (
              <li key={`${segment.level} ${segment.from}`} class="rota-gap">
                <MarkIcon mark="warn" size={12} /> {say(segment.gap)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The week drawn: a row a level, names on the bars, gaps hatched and worded. */
function Grid({ pool, week }: { pool: Pool; week: string }) {
  const t = useWords(rotaWords);
  const days = daysOf(week);
  const names = Object.values(t.day_short);
  return (
    <div class="rota-grid">
      <div class="rota-days" aria-hidden="true">
        {days.map((day, n) => (
          <span key={day}>
            {names[n]} {shortDate(day)}
          </span>
        ))}
      </div>
      {rows(pool).map((row) => (
        <div key={row.level} class="rota-row">
          <span class="rota-level quiet">{t.level(row.level)}</span>
          <ol class="rota-bars">
            {row.bars.map(({ segment, start, length }) => (
              <Bar
                key={segment.from}
                start={start}
                length={length}
                gap={segment.people.length === 0}
                label={segment.people.map((person) => person.display_name).join(", ") || t.nobody}
                hours={`${timeOfDay(segment.from, lang.value)}–${timeOfDay(segment.to, lang.value)}`}
              />
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

interface BarProps {
  start: number;
  length: number;
  gap: boolean;
  label: string;
  hours: string;
}

function Bar({ start, length, gap, label, hours }: BarProps) {
  // Set as properties: the page's policy allows no inline style text.
  const place = (element: HTMLLIElement | null) => {
    element?.style.setProperty("left", `${start * 100}%`);
    element?.style.setProperty("width", `${length * 100}%`);
  };
  return (
    <li ref={place} class={`rota-bar ${gap ? "rota-bar-gap" : ""}`} title={`${label}, ${hours}`}>
      <span>{label}</span>
    </li>
  );
}

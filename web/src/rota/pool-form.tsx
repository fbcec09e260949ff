import { useState } from "preact/hooks";
import type { Need } from "../notices/types";
import { noticeWords } from "../notices/words";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import { isWholeMoment } from "../shared/clock-time";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import { rotaApi } from "./api";
import { ExceptionLine, ShiftLine } from "./lines";
import type { DatedException, Day, Pool, PoolInput, RotaPerson, Shift } from "./types";
import { slug } from "./week";
import { rotaWords } from "./words";

const NEEDS: readonly Need[] = ["neurologist", "radiologist", "interventionalist"];
const EVERY_DAY: Day[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

interface PoolFormProps {
  /** Null: a new one. */
  pool: Pool | null;
  people: readonly RotaPerson[];
  onDone: () => void;
}

/** A pool, written whole; the server refuses what was changed meanwhile. */
export function PoolForm({ pool, people, onDone }: PoolFormProps) {
  const t = useWords(rotaWords);
  const n = useWords(noticeWords);
  const region = useResource("region", () => api.region());
  const [draft, setDraft] = useState<PoolInput>(() => startFrom(pool));
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sure, setSure] = useState(false);
  const change = (more: Partial<PoolInput>) => setDraft((now) => ({ ...now, ...more }));
  const id = pool?.id ?? slug(draft.name);
  const act = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      onDone();
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!id || !draft.name.trim() || draft.sites.length === 0 || !hasEveryHour(draft)) return;
    void act(() => rotaApi.put(id, draft));
  };
  const first = people[0]?.user_id ?? "";
  const newShift: Shift = { level: 1, person: first, days: EVERY_DAY, from: "08:00:00", to: "20:00:00" };
  const midnight = `${pool?.from.slice(0, 10) ?? new Date().toISOString().slice(0, 10)}T00:00:00`;
  const newException: DatedException = { level: 1, from: midnight, to: midnight, people: [], note: "" };
  return (
    <form class="card form" onSubmit={submit} noValidate>
      <Field
        label={t.name}
        value={draft.name}
        onInput={(name) => change({ name })}
        error={tried && !id ? t.fill : null}
      />
      <label class="field">
        <span class="label">{t.need}</span>
        <select
          class="input"
          value={draft.specialty}
          onChange={(event) => change({ specialty: event.currentTarget.value as Need })}
        >
          {NEEDS.map((one) => (
            <option key={one} value={one}>
              {n.need[one]}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend class="label">{t.sites}</legend>
        {region.data?.sites.map((site) => (
          <label key={site.id} class="check">
            <input
              type="checkbox"
              checked={draft.sites.includes(site.id)}
              onChange={() => change({ sites: toggled(draft.sites, site.id) })}
            />
            {site.name}
          </label>
        ))}
        {tried && draft.sites.length === 0 && <p class="field-error">{t.fill}</p>}
      </fieldset>
      <Field label={t.zone} value={draft.zone} onInput={(zone) => change({ zone })} autocapitalize="none" />
      <fieldset>
        <legend>{t.shifts}</legend>
        {draft.shifts.map((shift, place) => (
          <ShiftLine
            key={place}
            shift={shift}
            people={people}
            tried={tried}
            onChange={(next) => change({ shifts: replaced(draft.shifts, place, next) })}
          />
        ))}
        <button
          type="button"
          class="button button-small"
          onClick={() => change({ shifts: [...draft.shifts, newShift] })}
        >
          {t.add_shift}
        </button>
      </fieldset>
      <fieldset>
        <legend>{t.exceptions}</legend>
        <p class="quiet">{t.exceptions_lead}</p>
        {draft.exceptions.map((exception, place) => (
          <ExceptionLine
            key={place}
            exception={exception}
            people={people}
            tried={tried}
            onChange={(next) => change({ exceptions: replaced(draft.exceptions, place, next) })}
          />
        ))}
        <button
          type="button"
          class="button button-small"
          onClick={() => change({ exceptions: [...draft.exceptions, newException] })}
        >
          {t.add_exception}
        </button>
      </fieldset>
      {problem && <ProblemNote problem={problem} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary">
          {t.save}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {t.cancel}
        </button>
        {pool && (
          <button
            type="button"
            class="button button-danger"
            onClick={() => (sure ? void act(() => rotaApi.remove(pool.id, pool.version)) : setSure(true))}
          >
            {sure ? t.remove_sure : t.remove_pool}
          </button>
        )}
      </div>
    </form>
  );
}

function startFrom(pool: Pool | null): PoolInput {
  if (!pool)
    return {
      name: "",
      specialty: "neurologist",
      sites: [],
      zone: "Europe/Paris",
      shifts: [],
      exceptions: [],
      version: null,
    };
  const { name, specialty, zone, shifts, exceptions, version } = pool;
  return { name, specialty, sites: pool.sites.map((site) => site.id), zone, shifts, exceptions, version };
}

/** Whether each line says from when to when. */
function hasEveryHour({ shifts, exceptions }: PoolInput): boolean {
  const hours = shifts.every(({ from, to }) => from !== "" && to !== "");
  return hours && exceptions.every(({ from, to }) => isWholeMoment(from) && isWholeMoment(to));
}

function toggled(list: readonly string[], one: string): string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

/** The list with its line changed, or without it. */
function replaced<T>(list: readonly T[], place: number, next: T | null): T[] {
  return next === null
    ? list.filter((_, n) => n !== place)
    : list.map((one, n) => (n === place ? next : one));
}

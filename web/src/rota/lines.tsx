import { useWords } from "../shared/i18n/words";
import type { DatedException, Day, RotaPerson, Shift } from "./types";
import { rotaWords } from "./words";

interface LineProps<T> {
  people: readonly RotaPerson[];
  /** Null takes the line away. */
  onChange: (next: T | null) => void;
}

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function LevelField({ value, onChange }: { value: number; onChange: (level: number) => void }) {
  const t = useWords(rotaWords);
  return (
    <label class="field">
      <span class="label">{t.level_label}</span>
      <select class="input" value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {LEVELS.map((level) => (
          <option key={level} value={level}>
            {level}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A weekly shift on one line. */
export function ShiftLine({ shift, people, onChange }: LineProps<Shift> & { shift: Shift }) {
  const t = useWords(rotaWords);
  const change = (more: Partial<Shift>) => onChange({ ...shift, ...more });
  const days = Object.keys(t.day_short) as Day[];
  return (
    <div class="rota-line">
      <LevelField value={shift.level} onChange={(level) => change({ level })} />
      <label class="field">
        <span class="label">{t.person}</span>
        <select
          class="input"
          value={shift.person}
          onChange={(event) => change({ person: event.currentTarget.value })}
        >
          {people.map((person) => (
            <option key={person.user_id} value={person.user_id}>
              {person.display_name}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="rota-line-days">
        <legend class="label">{t.days}</legend>
        {days.map((day) => (
          <label key={day} class="check">
            <input
              type="checkbox"
              checked={shift.days.includes(day)}
              onChange={() =>
                change({
                  days: days.filter((one) => (one === day) !== shift.days.includes(one)),
                })
              }
            />
            {t.day_short[day]}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span class="label">{t.from}</span>
        <input
          class="input"
          type="time"
          value={shift.from.slice(0, 5)}
          onInput={(event) => change({ from: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="label">{t.to}</span>
        <input
          class="input"
          type="time"
          value={shift.to.slice(0, 5)}
          onInput={(event) => change({ to: event.currentTarget.value })}
        />
      </label>
      <button type="button" class="button button-small button-quiet" onClick={() => onChange(null)}>
        {t.remove}
      </button>
    </div>
  );
}

/** A dated exception on one line. */
export function ExceptionLine({
  exception,
  people,
  onChange,
}: LineProps<DatedException> & { exception: DatedException }) {
  const t = useWords(rotaWords);
  const change = (more: Partial<DatedException>) => onChange({ ...exception, ...more });
  return (
    <div class="rota-line">
      <LevelField value={exception.level} onChange={(level) => change({ level })} />
      <label class="field">
        <span class="label">{t.person}</span>
        <select
          class="input"
          value={exception.people[0] ?? ""}
          onChange={(event) =>
            change({ people: event.currentTarget.value ? [event.currentTarget.value] : [] })
          }
        >
          <option value="">{t.nobody}</option>
          {people.map((person) => (
            <option key={person.user_id} value={person.user_id}>
              {person.display_name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="label">{t.from}</span>
        <input
          class="input"
          type="datetime-local"
          value={exception.from.slice(0, 16)}
          onInput={(event) => change({ from: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="label">{t.to}</span>
        <input
          class="input"
          type="datetime-local"
          value={exception.to.slice(0, 16)}
          onInput={(event) => change({ to: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="label">{t.note}</span>
        <input
          class="input"
          value={exception.note}
          onInput={(event) => change({ note: event.currentTarget.value })}
        />
      </label>
      <button type="button" class="button button-small button-quiet" onClick={() => onChange(null)}>
        {t.remove}
      </button>
    </div>
  );
}

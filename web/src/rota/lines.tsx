import { useWords } from "../shared/i18n/words";
import { MomentField } from "../shared/ui/moment-field";
import { TimeField } from "../shared/ui/time-field";
import type { DatedException, Day, RotaPerson, Shift } from "./types";
import { rotaWords } from "./words";

interface LineProps<T> {
  people: readonly RotaPerson[];
  /** Whether the form was sent: what is missing is then said. */
  tried: boolean;
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

function PersonField({
  value,
  people,
  empty,
  onChange,
}: {
  value: string;
  people: readonly RotaPerson[];
  /** What no person at all is called, where that may be chosen. */
  empty?: string;
  onChange: (person: string) => void;
}) {
  const t = useWords(rotaWords);
  return (
    <label class="field">
      <span class="label">{t.person}</span>
      <select class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {people.map((person) => (
          <option key={person.user_id} value={person.user_id}>
            {person.display_name}
          </option>
        ))}
      </select>
    </label>
  );
}

function RemoveLine({ onRemove }: { onRemove: () => void }) {
  const t = useWords(rotaWords);
  return (
    <button type="button" class="button button-small button-quiet" onClick={onRemove}>
      {t.remove}
    </button>
  );
}

/** A weekly shift on one line. */
export function ShiftLine({ shift, people, tried, onChange }: LineProps<Shift> & { shift: Shift }) {
  const t = useWords(rotaWords);
  const change = (more: Partial<Shift>) => onChange({ ...shift, ...more });
  const days = Object.keys(t.day_short) as Day[];
  return (
    <div class="rota-line">
      <LevelField value={shift.level} onChange={(level) => change({ level })} />
      <PersonField value={shift.person} people={people} onChange={(person) => change({ person })} />
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
      <TimeField
        label={t.from}
        value={shift.from.slice(0, 5)}
        onInput={(from) => change({ from })}
        tried={tried}
      />
      <TimeField label={t.to} value={shift.to.slice(0, 5)} onInput={(to) => change({ to })} tried={tried} />
      <RemoveLine onRemove={() => onChange(null)} />
    </div>
  );
}

/** A dated exception on one line. */
export function ExceptionLine({
  exception,
  people,
  tried,
  onChange,
}: LineProps<DatedException> & { exception: DatedException }) {
  const t = useWords(rotaWords);
  const change = (more: Partial<DatedException>) => onChange({ ...exception, ...more });
  return (
    <div class="rota-line">
      <LevelField value={exception.level} onChange={(level) => change({ level })} />
      <PersonField
        value={exception.people[0] ?? ""}
        people={people}
        empty={t.nobody}
        onChange={(person) => change({ people: person ? [person] : [] })}
      />
      <MomentField label={t.from} value={exception.from} onInput={(from) => change({ from })} tried={tried} />
      <MomentField label={t.to} value={exception.to} onInput={(to) => change({ to })} tried={tried} />
      <label class="field">
        <span class="label">{t.note}</span>
        <input
          class="input"
          value={exception.note}
          onInput={(event) => change({ note: event.currentTarget.value })}
        />
      </label>
      <RemoveLine onRemove={() => onChange(null)} />
    </div>
  );
}

import { joinMoment, splitMoment } from "../clock-time";
import { dayInWords } from "../format";
import { common } from "../i18n/common";
import { lang, useWords } from "../i18n/words";
import { Field } from "./field";
import { TimeField } from "./time-field";

export interface MomentFieldProps {
  label: string;
  /** "2026-12-24T20:00", without a time zone; a part that is missing is empty on its side of the T. */
  value: string;
  onInput: (value: string) => void;
  tried?: boolean;
}

/** A day, by the browser's calendar and again in words, and a time on 24 hours. */
export function MomentField({ label, value, onInput, tried = false }: MomentFieldProps) {
  const t = useWords(common);
  const { day, time } = splitMoment(value);
  return (
    <fieldset class="moment-field">
      <legend class="label">{label}</legend>
      <Field
        type="date"
        label={t.day}
        isLabelHidden
        value={day}
        onInput={(next) => onInput(joinMoment(next, time))}
        hint={dayInWords(day, lang.value)}
        error={tried && day === "" ? t.day_error : null}
      />
      <TimeField
        label={t.time}
        isLabelHidden
        value={time}
        onInput={(next) => onInput(joinMoment(day, next))}
        tried={tried}
      />
    </fieldset>
  );
}

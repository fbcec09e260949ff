import { useState } from "preact/hooks";
import { asTime, shownTime } from "../clock-time";
import { common } from "../i18n/common";
import { useWords } from "../i18n/words";
import { Field } from "./field";

export interface TimeFieldProps {
  label: string;
  /** Where what stands beside it says what it is, the label is only heard. */
  isLabelHidden?: boolean;
  /** "HH:MM", or empty while what is typed is no time. */
  value: string;
  onInput: (value: string) => void;
  /** Whether the form was sent: what is missing is then said at once. */
  tried?: boolean;
}

/** A time of day on 24 hours. The browser's own field follows the browser's language, and asks for AM or PM. */
export function TimeField({ label, isLabelHidden, value, onInput, tried = false }: TimeFieldProps) {
  const t = useWords(common);
  const [typed, setTyped] = useState(value);
  const [left, setLeft] = useState(false);
  const shown = shownTime(typed, value);
  return (
    <Field
      class="time-field"
      label={label}
      isLabelHidden={isLabelHidden}
      value={shown}
      onInput={(next) => {
        setTyped(next);
        onInput(asTime(next));
      }}
      onBlur={() => {
        setLeft(true);
        if (value) setTyped(value);
      }}
      inputMode="numeric"
      autocomplete="off"
      placeholder="20:00"
      error={(left || tried) && value === "" ? t.time_error : null}
    />
  );
}

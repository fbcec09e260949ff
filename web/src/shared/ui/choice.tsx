import { useId } from "preact/hooks";

export interface ChoiceProps<V extends string> {
  legend: string;
  options: readonly { value: V; label: string }[];
  value: V | null;
  onChange: (value: V) => void;
  error?: string | null;
  hideLegend?: boolean;
}

/** A few exclusive options side by side, as native radio buttons: arrows, labels and readers come for free. */
export function Choice<V extends string>(props: ChoiceProps<V>) {
  const name = useId();
  const error = useId();
  return (
    <fieldset class="choice" aria-describedby={props.error ? error : undefined}>
      <legend class={props.hideLegend ? "visually-hidden" : "label"}>{props.legend}</legend>
      <div class="choice-options">
        {props.options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {props.error && (
        <p class="field-error" id={error}>
          {props.error}
        </p>
      )}
    </fieldset>
  );
}

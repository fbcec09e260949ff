import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  type?: "text" | "password";
  name?: string;
  class?: string;
  placeholder?: string;
  inputMode?: "numeric" | "text";
  autocomplete?: "off" | "username" | "current-password" | "new-password";
  autocapitalize?: "none" | "characters" | "words";
  spellcheck?: boolean;
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | null | undefined;
  after?: ComponentChildren;
}

export function Field({
  label,
  value,
  onInput,
  hint,
  error,
  after,
  class: className,
  type = "text",
  ...input
}: FieldProps) {
  const id = useId();
  const kind = type === "password" ? ({ type } as const) : ({ type } as const);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={`field ${className ?? ""}`}>
      <label class="label" for={id}>
        {label}
      </label>
      <div class="field-line">
        <input
          {...input}
          {...kind}
          id={id}
          class="input"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={described || undefined}
        />
        {after}
      </div>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  type?: "text" | "password" | "date";
  name?: string;
  class?: string;
  placeholder?: string;
  inputMode?: "numeric" | "text";
  autocomplete?: "off" | "username" | "current-password" | "new-password";
  autocapitalize?: "none" | "characters" | "words";
  spellcheck?: boolean;
  label: string;
  /** Where what stands beside it says what it is, the label is only heard. */
  isLabelHidden?: boolean | undefined;
  value: string;
  onInput: (value: string) => void;
  onBlur?: () => void;
  hint?: string | undefined;
  error?: string | null | undefined;
  after?: ComponentChildren;
}

export function Field({
  label,
  isLabelHidden,
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
  // Preact's types tell inputs apart by their type, and a union of types fits none of them.
  const kind = { type } as { type: "text" };
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={`field ${className ?? ""}`}>
      <label class={isLabelHidden ? "visually-hidden" : "label"} for={id}>
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

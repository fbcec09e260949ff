import { useId } from "preact/hooks";

export interface AreaProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  rows?: number;
  hint?: string | undefined;
  error?: string | null | undefined;
  required?: boolean;
}

export function Area({ label, value, onInput, rows = 3, hint, error, required }: AreaProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        class="input"
        rows={rows}
        required={required}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={described || undefined}
      />
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

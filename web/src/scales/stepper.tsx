import { useEffect, useRef } from "preact/hooks";
import type { ScaleAnswer, ScaleForm } from "../shared/api/types";
import { colon, say, useWords } from "../shared/i18n/words";
import { answer, goTo, isWhole, key, type Sheet, total } from "./sheet";
import { scaleWords } from "./words";

/** The total so far, said as a floor or as none where an item could not be tested. */
export function useTotalWords(): (form: ScaleForm, answers: Sheet["answers"]) => string {
  const t = useWords(scaleWords);
  return (form, answers) => {
    const { points, atLeast } = total(form, answers);
    if (points === null) return t.no_total;
    return atLeast ? t.at_least(points) : String(points);
  };
}

export interface StepperProps {
  form: ScaleForm;
  sheet: Sheet;
  onChange: (next: Sheet) => void;
}

/** One item at a time: large answers under the thumb, digits on the keyboard, the total always in sight. */
export function Stepper({ form, sheet, onChange }: StepperProps) {
  const t = useWords(scaleWords);
  const totalWords = useTotalWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const latest = useRef({ form, sheet, onChange });
  latest.current = { form, sheet, onChange };
  const item = form.items[sheet.at];

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
      const next = key(latest.current.form, latest.current.sheet, event.key);
      if (!next) return;
      event.preventDefault();
      latest.current.onChange(next);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  // The next item is announced, and the keyboard goes on from it.
  const code = item?.code;
  useEffect(() => {
    if (code) heading.current?.focus({ preventScroll: true });
  }, [code]);

  if (!item) return null;
  const given = sheet.answers[item.code];
  const choose = (value: ScaleAnswer) => onChange(answer(form, sheet, value));
  return (
    <div class="stepper">
      <div class="stepper-head">
        <p class="quiet">{t.progress(sheet.at + 1, form.items.length)}</p>
        <p class="stepper-total">
          {form.name} <strong>{totalWords(form, sheet.answers)}</strong>
        </p>
      </div>
      <Progress form={form} sheet={sheet} />
      <h2 class="stepper-item" tabIndex={-1} ref={heading}>
        {say(item.label)}
      </h2>
      <ul class="stepper-levels">
        {item.levels.map((level) => (
          <li key={level.points}>
            <button
              type="button"
              class="button stepper-level"
              aria-pressed={given === level.points}
              onClick={() => choose(level.points)}
            >
              <span class="stepper-points">{level.points}</span>
              <span>{say(level.text)}</span>
            </button>
          </li>
        ))}
        {item.untestable && (
          <li>
            <button
              type="button"
              class="button stepper-level stepper-untestable"
              aria-pressed={given === "untestable"}
              onClick={() => choose("untestable")}
            >
              <span class="stepper-points">u</span>
              <span>
                {t.untestable} <span class="quiet">· {say(item.untestable)}</span>
              </span>
            </button>
          </li>
        )}
      </ul>
      <div class="stepper-move">
        <button
          type="button"
          class="button"
          disabled={sheet.at === 0}
          onClick={() => onChange(goTo(form, sheet, sheet.at - 1))}
        >
          {t.back}
        </button>
        {isWhole(form, sheet.answers) && (
          <button type="button" class="button" onClick={() => onChange(goTo(form, sheet, form.items.length))}>
            {t.review}
          </button>
        )}
        <button
          type="button"
          class="button"
          disabled={given === undefined}
          onClick={() => onChange(goTo(form, sheet, sheet.at + 1))}
        >
          {t.next}
        </button>
      </div>
      <p class="quiet keys stepper-keys">{t.keys}</p>
    </div>
  );
}

function Progress({ form, sheet }: { form: ScaleForm; sheet: Sheet }) {
  const width = 100 / form.items.length;
  return (
    <svg class="stepper-progress" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
      {form.items.map((item, at) => (
        <rect
          key={item.code}
          class={
            at === sheet.at
              ? "stepper-here"
              : sheet.answers[item.code] === undefined
                ? "stepper-open"
                : "stepper-done"
          }
          x={at * width + 0.4}
          y="0"
          width={width - 0.8}
          height="3"
        />
      ))}
    </svg>
  );
}

/** Every answer before it counts, each a tap away from being changed. */
export function Review({ form, sheet, onChange }: StepperProps) {
  const t = useWords(scaleWords);
  const totalWords = useTotalWords();
  const { points } = total(form, sheet.answers);
  return (
    <section class="review" aria-label={t.review}>
      <p class="review-total">
        {form.name} <strong>{totalWords(form, sheet.answers)}</strong>
      </p>
      {form.cut && points !== null && <p class="review-cut quiet">{say(form.cut.text)}</p>}
      <ol class="review-items">
        {form.items.map((item, at) => {
          const given = sheet.answers[item.code];
          const level = item.levels.find((l) => l.points === given);
          return (
            <li key={item.code}>
              <button
                type="button"
                class="review-item"
                aria-label={`${t.change(say(item.label))}, ${given === "untestable" ? t.untestable : say(level?.text)}`}
                onClick={() => onChange(goTo(form, sheet, at))}
              >
                <span>
                  {say(item.label)}
                  <span class="quiet"> {given === "untestable" ? t.untestable : say(level?.text)}</span>
                </span>
                <strong>{given === "untestable" ? "u" : given}</strong>
              </button>
            </li>
          );
        })}
      </ol>
      <p class="quiet scale-source">
        {colon(t.source)} {form.source}
      </p>
    </section>
  );
}

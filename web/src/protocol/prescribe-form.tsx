import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Answer, Protocol, ScannerModality } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { Area } from "../shared/ui/area";
import { Choice } from "../shared/ui/choice";
import { Field } from "../shared/ui/field";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import {
  concerns,
  type Draft,
  emptyDraft,
  isInjected,
  PHASES,
  PRESETS,
  type Preset,
  toSend,
  withPhase,
  wrong,
} from "./draft";
import { protocolWords } from "./words";

interface FormProps {
  caseId: string;
  onSent: (order: Protocol) => void;
  onCancel: () => void;
}

/** The reader prescribes: a usual protocol in one press, then what differs, then what speaks against it. */
export function PrescribeForm({ caseId, onSent, onCancel }: FormProps) {
  const t = useWords(protocolWords);
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const put = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const missing = new Set(tried ? wrong(draft) : []);
  const { against, unknown } = concerns(draft);
  const names = (of: readonly (keyof typeof t.question)[]) => of.map((name) => t.question[name]).join(", ");

  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (wrong(draft).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      onSent(await api.prescribe(caseId, toSend(draft)));
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="form" noValidate onSubmit={send}>
      <fieldset>
        <legend class="label">{t.presets}</legend>
        <div class="presets">
          {(Object.keys(PRESETS) as Preset[]).map((preset) => (
            <button
              key={preset}
              type="button"
              class="button button-small"
              aria-pressed={isPreset(draft, preset)}
              onClick={() => put(PRESETS[preset])}
            >
              {t.preset[preset]}
            </button>
          ))}
        </div>
      </fieldset>
      <Choice<ScannerModality>
        legend={t.modality}
        options={(["CT", "MR"] as const).map((value) => ({ value, label: t.modality_name[value] }))}
        value={draft.modality}
        onChange={(modality) => put({ modality, phases: [], dose: "" })}
      />
      <fieldset>
        <legend class="label">{t.phases}</legend>
        {PHASES[draft.modality].map((phase) => (
          <label key={phase} class="check">
            <input
              type="checkbox"
              name={phase}
              checked={draft.phases.includes(phase)}
              onChange={() => setDraft((now) => withPhase(now, phase))}
            />
            {t.phase[phase]}
          </label>
        ))}
        {missing.has("phases") && <p class="field-error">{t.phases_needed}</p>}
      </fieldset>
      {isInjected(draft.phases) && (
        <Field
          label={t.dose}
          value={draft.dose}
          onInput={(dose) => put({ dose })}
          inputMode="numeric"
          autocomplete="off"
          error={missing.has("dose") ? t.dose_range : null}
        />
      )}
      <Field
        label={t.range}
        value={draft.range}
        onInput={(range) => put({ range })}
        autocomplete="off"
        hint={t.range_hint}
      />
      <Area
        label={t.reason}
        value={draft.reason}
        onInput={(reason) => put({ reason })}
        rows={2}
        error={missing.has("reason") ? t.needed : null}
      />
      <fieldset class="questions">
        <legend class="label">{t.questions}</legend>
        {isInjected(draft.phases) && (
          <>
            <Field
              label={t.egfr}
              value={draft.egfr}
              onInput={(egfr) => put({ egfr })}
              inputMode="numeric"
              autocomplete="off"
              hint={t.egfr_hint}
              error={missing.has("egfr") ? t.egfr_range : null}
            />
            <Question
              legend={t.question.allergy}
              value={draft.allergy}
              onChange={(allergy) => put({ allergy })}
            />
          </>
        )}
        <Question
          legend={t.question.pregnancy}
          value={draft.pregnancy}
          onChange={(pregnancy) => put({ pregnancy })}
        />
        {draft.modality === "MR" && (
          <Question
            legend={t.question.implant}
            value={draft.implant}
            onChange={(implant) => put({ implant })}
          />
        )}
      </fieldset>
      {unknown.length > 0 && (
        <p class="order-unknown">
          <MarkIcon mark="unclear" /> {t.unknown(names(unknown))}
        </p>
      )}
      {against.length > 0 && (
        <>
          <p class="order-against" role="alert">
            <MarkIcon mark="alarm" /> {t.against(names(against))}
          </p>
          <Area
            label={t.despite}
            value={draft.despite}
            onInput={(despite) => put({ despite })}
            rows={2}
            error={missing.has("despite") ? t.needed : null}
          />
        </>
      )}
      {problem && <ProblemNote problem={problem} kept={t.kept_form} />}
      <div class="form-buttons">
        <button type="submit" class="button button-primary" disabled={busy}>
          {busy ? t.sending : t.send}
        </button>
        <button type="button" class="button button-quiet" disabled={busy} onClick={onCancel}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}

function isPreset(draft: Draft, preset: Preset): boolean {
  const { modality, phases } = PRESETS[preset];
  return draft.modality === modality && phases.join() === draft.phases.join();
}

interface QuestionProps {
  legend: string;
  value: Answer;
  onChange: (answer: Answer) => void;
}

function Question({ legend, value, onChange }: QuestionProps) {
  const t = useWords(protocolWords);
  const options = (["no", "yes", "unknown"] as const).map((answer) => ({
    value: answer,
    label: t.answer[answer],
  }));
  return <Choice<Answer> legend={legend} options={options} value={value} onChange={onChange} />;
}

import "./alert.css";
import { useRef, useState } from "preact/hooks";
import { keepDraft as keepSheet } from "../scales/draft";
import { ScaleDialog } from "../scales/scale-dialog";
import type { Sheet } from "../scales/sheet";
import { currentUser } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Anticoagulant, OnsetKind, Sex } from "../shared/api/types";
import { say, useWords } from "../shared/i18n/words";
import { navigate } from "../shared/router";
import { now } from "../shared/time";
import { Area } from "../shared/ui/area";
import { Choice } from "../shared/ui/choice";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import {
  check,
  type Draft,
  dropDraft,
  EXAMINED,
  type Examined,
  emptyDraft,
  type FieldName,
  keepDraft,
  keptDraft,
  maskBirthDate,
  POINTER,
  toAlert,
} from "./draft";
import { OnsetFields } from "./onset";
import { alertWords } from "./words";

const SEXES: readonly Sex[] = ["F", "M", "O", "U"];
const ANTICOAGULANTS: readonly Anticoagulant[] = ["none", "vka", "doac", "unknown"];

export function AlertPage() {
  const t = useWords(alertWords);
  const user = currentUser();
  const sites = user?.sites ?? [];
  const kept = useRef(keptDraft());
  const fresh = () => emptyDraft(sites[0]?.id ?? "", crypto.randomUUID());
  const [draft, setDraft] = useState<Draft>(kept.current ?? fresh());
  const [restored, setRestored] = useState(kept.current !== null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [scaling, setScaling] = useState<Examined | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const put = (change: Partial<Draft>) => setDraft((current) => ({ ...current, ...change }));
  const refusals = tried ? check(draft, now()) : {};
  const errorOf = (name: FieldName): string | null => {
    const own = refusals[name];
    if (own) return t.errors[own];
    const served = problem?.field(POINTER[name]);
    return served ? say(served) : null;
  };
  const refused = Object.keys(refusals).length;

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(check(draft, now())).length > 0) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>("[aria-invalid], fieldset[aria-describedby] input")?.focus(),
      );
      return;
    }
    setBusy(true);
    setProblem(null);
    keepDraft(draft);
    try {
      const opened = await api.raiseAlert(toAlert(draft, now()), draft.key);
      await recordExaminations(opened.case_id, draft);
      dropDraft();
      navigate(`/cases/${opened.case_id}`, "replace");
    } catch (cause) {
      const why = asProblem(cause);
      setProblem(why);
      // A refused alert was not taken: changed content under the old key would be a conflict.
      if (why.status >= 400 && why.status < 500) put({ key: crypto.randomUUID() });
      setBusy(false);
    }
  };

  const discard = () => {
    dropDraft();
    setDraft(fresh());
    setRestored(false);
    setProblem(null);
    setTried(false);
  };

  return (
    <form class="alert" ref={form} onSubmit={submit} noValidate>
      <header>
        <h1>{t.title}</h1>
        <p class="quiet">{t.lead}</p>
      </header>
      {restored && (
        <p class="note" role="status">
          {t.restored}{" "}
          <button type="button" class="button button-small" onClick={discard}>
            {t.discard}
          </button>
        </p>
      )}
      {sites.length > 1 && (
        <Choice
          legend={t.site}
          options={sites.map((s) => ({ value: s.id, label: s.name }))}
          value={draft.site}
          onChange={(site) => put({ site })}
        />
      )}
      <section class="alert-group" aria-label={t.patient}>
        <div class="alert-pair">
          <Field
            label={t.family_name}
            value={draft.familyName}
            onInput={(familyName) => put({ familyName })}
            name="family-name"
            autocomplete="off"
            autocapitalize="characters"
            error={errorOf("familyName")}
          />
          <Field
            label={t.given_name}
            value={draft.givenName}
            onInput={(givenName) => put({ givenName })}
            name="given-name"
            autocomplete="off"
            autocapitalize="words"
            error={errorOf("givenName")}
          />
        </div>
        <div class="alert-pair">
          <Field
            label={t.birth_date}
            value={draft.birthDate}
            onInput={(typed) => put({ birthDate: maskBirthDate(typed) })}
            name="birth-date"
            inputMode="numeric"
            autocomplete="off"
            placeholder={t.birth_date_hint}
            error={errorOf("birthDate")}
          />
          <Field
            label={t.patient_id}
            value={draft.patientId}
            onInput={(patientId) => put({ patientId })}
            name="patient-id"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            error={errorOf("patientId")}
          />
        </div>
        <p class="field-hint alert-id-hint">{t.patient_id_hint}</p>
        <Choice
          legend={t.sex}
          options={SEXES.map((value) => ({ value, label: t.sexes[value] }))}
          value={draft.sex}
          onChange={(sex) => put({ sex })}
          error={errorOf("sex")}
        />
      </section>
      <OnsetFields
        kind={draft.onset}
        time={draft.onsetTime}
        onKind={(onset: OnsetKind) => put({ onset })}
        onTime={(onsetTime) => put({ onset: "known", onsetTime })}
        kindError={errorOf("onset")}
        timeError={errorOf("onsetTime")}
      />
      <section class="alert-group" aria-label={t.severity}>
        <div class="alert-pair">
          <Field
            label={t.nihss}
            value={draft.nihss}
            onInput={(nihss) => put({ nihss, examined: { ...draft.examined, nihss: null } })}
            name="nihss"
            inputMode="numeric"
            autocomplete="off"
            error={errorOf("nihss")}
          />
          <Field
            label={t.race}
            value={draft.race}
            onInput={(race) => put({ race, examined: { ...draft.examined, race: null } })}
            name="race"
            inputMode="numeric"
            autocomplete="off"
            error={errorOf("race")}
          />
        </div>
        <div class="alert-pair">
          <button type="button" class="button button-quiet alert-scale" onClick={() => setScaling("nihss")}>
            {t.nihss_helper}
          </button>
          <button type="button" class="button button-quiet alert-scale" onClick={() => setScaling("race")}>
            {t.race_helper}
          </button>
        </div>
      </section>
      <Choice
        legend={t.anticoagulant}
        options={ANTICOAGULANTS.map((value) => ({ value, label: t.anticoagulants[value] }))}
        value={draft.anticoagulant}
        onChange={(anticoagulant) => put({ anticoagulant })}
        error={errorOf("anticoagulant")}
      />
      <Area label={t.note} value={draft.note} onInput={(note) => put({ note })} rows={2} hint={t.note_hint} />
      {problem && (
        <ProblemNote
          problem={problem}
          kept={t.kept}
          next={problem.status === 422 ? t.fix_next : t.retry_next}
        />
      )}
      <div class="alert-send">
        {refused > 0 && (
          <p class="field-error" role="status">
            {t.to_fix(refused)}
          </p>
        )}
        <button type="submit" class="button button-primary button-large" disabled={busy}>
          {busy ? t.submitting : t.submit}
        </button>
      </div>
      {scaling && (
        <ScaleDialog
          scale={scaling}
          from={draft.examined[scaling]}
          onClose={() => setScaling(null)}
          onUse={(sheet: Sheet, points) => {
            put({ [scaling]: String(points), examined: { ...draft.examined, [scaling]: sheet } });
            setScaling(null);
          }}
        />
      )}
    </form>
  );
}

/**
 * The examinations behind the totals, item by item. One that does not arrive stays on this device, and the case's
 * page offers it again.
 */
async function recordExaminations(caseId: string, draft: Draft): Promise<void> {
  for (const scale of EXAMINED) {
    const sheet = draft.examined[scale];
    if (!sheet) continue;
    const key = `${draft.key}-${scale}`;
    try {
      await api.score(caseId, { scale, way: "bedside", at: null, answers: { ...sheet.answers } }, key);
    } catch {
      keepSheet(caseId, scale, { sheet, key });
    }
  }
}

import "./scales.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ScaleForm, ScaleName } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { ProblemNote } from "../shared/ui/problem-note";
import { useForms } from "./forms";
import { EMPTY_SHEET, type Sheet, total } from "./sheet";
import { Review, Stepper, useTotalWords } from "./stepper";
import { scaleWords } from "./words";

export interface ScaleDialogProps {
  scale: ScaleName;
  /** What was answered before, to go on from. */
  from: Sheet | null;
  onUse: (sheet: Sheet, points: number) => void;
  onClose: () => void;
}

/** A scale filled in over a form that wants its total, before there is a case to record it for. */
export function ScaleDialog({ scale, from, onUse, onClose }: ScaleDialogProps) {
  const t = useWords(scaleWords);
  const forms = useForms();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const form = forms.data?.scales.find((known) => known.scale === scale);
  return (
    <dialog class="scale-dialog" ref={dialog} aria-label={form?.name ?? t.title} onClose={onClose}>
      <div class="scale-dialog-head">
        <p class="quiet">{form?.name}</p>
        <button type="button" class="button button-small" onClick={onClose}>
          {t.close}
        </button>
      </div>
      {forms.problem && !form && <ProblemNote problem={forms.problem} onRetry={forms.reload} />}
      {!form && forms.loading && <span class="skeleton" role="status" aria-label={t.loading} />}
      {form && <Filled form={form} from={from} onUse={onUse} />}
    </dialog>
  );
}

function Filled({ form, from, onUse }: Pick<ScaleDialogProps, "from" | "onUse"> & { form: ScaleForm }) {
  const t = useWords(scaleWords);
  const totalWords = useTotalWords();
  const [sheet, setSheet] = useState<Sheet>(from ?? EMPTY_SHEET);
  if (sheet.at < form.items.length) return <Stepper form={form} sheet={sheet} onChange={setSheet} />;
  const { points } = total(form, sheet.answers);
  return (
    <>
      <Review form={form} sheet={sheet} onChange={setSheet} />
      {points !== null && (
        <div class="scale-send">
          <button
            type="button"
            class="button button-primary button-large"
            onClick={() => onUse(sheet, points)}
          >
            {t.use(form.name, totalWords(form, sheet.answers))}
          </button>
        </div>
      )}
    </>
  );
}

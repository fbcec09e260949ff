import "./scales.css";
import { useCase } from "../case/use-case";
import type { Case, Forms } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { ClockFace } from "../shared/ui/clock-face";
import { Identity } from "../shared/ui/identity";
import { ProblemNote } from "../shared/ui/problem-note";
import { ChecklistSheet } from "./checklist";
import { useForms } from "./forms";
import { ScaleSheet } from "./scale-sheet";
import { ScoresCard } from "./scores-card";
import { scaleWords } from "./words";

/** One scale of one case, on a phone first; without a scale's name, the choice of one. */
export default function ScorePage({ id, scale }: { id: string; scale: string | null }) {
  const t = useWords(scaleWords);
  const found = useCase(id);
  const forms = useForms();
  const problem = found.data && forms.data ? null : (found.problem ?? forms.problem);
  if (problem) {
    return (
      <div class="scale-page">
        <ProblemNote
          problem={problem}
          onRetry={() => {
            found.reload();
            forms.reload();
          }}
        />
      </div>
    );
  }
  if (!found.data || !forms.data) {
    return (
      <p class="quiet page-wait" role="status">
        {t.loading}
      </p>
    );
  }
  return (
    <div class="scale-page">
      <header class="scale-head">
        <ClockFace clock={found.data.clock} compact />
        <Identity patient={found.data.patient} as="h1" />
        <a class="button button-small" href={`/cases/${id}`}>
          {t.back_to_case}
        </a>
      </header>
      <Asked of={found.data} forms={forms.data} scale={scale} />
    </div>
  );
}

function Asked({ of, forms, scale }: { of: Case; forms: Forms; scale: string | null }) {
  const t = useWords(scaleWords);
  if (scale === null) return <ScoresCard caseId={of.case_id} />;
  if (scale === "thrombolysis") return <ChecklistSheet caseId={of.case_id} checklist={forms.thrombolysis} />;
  const form = forms.scales.find((known) => known.scale === scale);
  if (!form) return <p class="note">{t.unknown_scale}</p>;
  return <ScaleSheet caseId={of.case_id} form={form} />;
}

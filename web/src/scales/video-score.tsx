import "./scales.css";
import { useWords } from "../shared/i18n/words";
import { scaleWords } from "./words";

/** Beside the call: the scales that are examined through it. The call goes on beside their page. */
export function VideoScore({ caseId }: { caseId: string }) {
  const t = useWords(scaleWords);
  return (
    <nav class="video-score" aria-label={t.title}>
      <a class="button button-small" href={`/cases/${caseId}/score/nihss`}>
        {t.score("NIHSS")}
      </a>
      <a class="button button-small" href={`/cases/${caseId}/score/thrombolysis`}>
        {t.thrombolysis}
      </a>
      <a class="button button-small button-quiet" href={`/cases/${caseId}/score`}>
        {t.others}
      </a>
    </nav>
  );
}

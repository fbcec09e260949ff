import type { EvidenceLevel } from "../api/types";
import { flagWords } from "../i18n/flags";
import { useWords } from "../i18n/words";

const LEVELS: readonly EvidenceLevel[] = ["phantom", "internal", "external", "site"];

/** On what a model was measured: four steps, as many filled as the level, and its word. */
export function EvidenceMark({ level }: { level: EvidenceLevel }) {
  const t = useWords(flagWords);
  const filled = LEVELS.indexOf(level) + 1;
  return (
    <span class="evidence" title={t.evidence_level[level]}>
      <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
        {LEVELS.map((name, step) => (
          <rect
            key={name}
            class={step < filled ? "evidence-step evidence-filled" : "evidence-step"}
            x={step * 6.5 + 0.5}
            y={7 - step * 2}
            width="5"
            height={2.5 + step * 2}
          />
        ))}
      </svg>{" "}
      {t.evidence_short[level]}
    </span>
  );
}

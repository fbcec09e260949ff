import { useEffect } from "preact/hooks";
import { analysisKey, spoken } from "../shared/analyses";
import type { Analysis, Case } from "../shared/api/types";
import { flagWords } from "../shared/i18n/flags";
import { useWords } from "../shared/i18n/words";
import { flagFigures, flagMark, isResearch, useFlagWord } from "../shared/ui/flag-line";
import { MarkIcon } from "../shared/ui/mark";
import type { Desk } from "./desk";
import { keyImages } from "./key-images";
import { keepFocus } from "./toolbar";
import { keyboardIsFree } from "./use-keys";
import { readingWords } from "./words";

/** Every analysis of the case in a word, above the images: a press shows its series on its key image. */
export function AnalysisBar({ of, desk, shown }: { of: Case; desk: Desk; shown: Analysis | null }) {
  const t = useWords(readingWords);
  const all = spoken(of.analyses);
  const here = shown && analysisKey(shown);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!keyboardIsFree(event)) return;
      if (event.key === "a") {
        const at = all.findIndex((analysis) => analysisKey(analysis) === here);
        const next = all[(at + 1) % Math.max(1, all.length)];
        if (next) look(desk, next);
      } else if (event.key === "o" && here !== null) desk.toggleContours(here);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
  if (all.length === 0) return null;
  return (
    <ul class="analysis-bar" aria-label={t.analyses}>
      {all.map((analysis) => (
        <Chip
          key={analysisKey(analysis)}
          analysis={analysis}
          desk={desk}
          current={analysisKey(analysis) === here}
        />
      ))}
    </ul>
  );
}

function look(desk: Desk, analysis: Analysis): void {
  desk.lookAt(analysis, keyImages(analysis)[0]?.image ?? null);
}

function Chip({ analysis, desk, current }: { analysis: Analysis; desk: Desk; current: boolean }) {
  const t = useWords(readingWords);
  const f = useWords(flagWords);
  const word = useFlagWord()(analysis);
  const key = analysisKey(analysis);
  const mark = flagMark(analysis);
  // A vessel's occlusion is pointed at, not outlined.
  const drawn = analysis.task === "occlusion" ? t.place_of(word) : t.contours_of(word);
  return (
    <li class={`chip chip-${mark}`}>
      <button
        type="button"
        class="tool"
        aria-pressed={current}
        aria-keyshortcuts="a"
        onMouseDown={keepFocus}
        onClick={() => look(desk, analysis)}
      >
        <MarkIcon mark={mark} size={12} />
        <span class="chip-word">{word}</span>
        <span>{flagFigures(analysis)}</span>
        {isResearch(analysis) && <span class="research-note">({f.research_short})</span>}
      </button>
      {analysis.flag && (
        <button
          type="button"
          class="tool"
          aria-pressed={!desk.hidden.value.has(key)}
          aria-label={drawn}
          title={drawn}
          onMouseDown={keepFocus}
          onClick={() => desk.toggleContours(key)}
        >
          <svg width="22" height="14" viewBox="0 0 22 14" aria-hidden="true">
            <ellipse class={`contour contour-${analysis.task}`} cx="11" cy="7" rx="9" ry="5.500" />
          </svg>
        </button>
      )}
    </li>
  );
}

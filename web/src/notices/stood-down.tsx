import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../shared/api/problem";
import { timeOfDay } from "../shared/format";
import { colon, lang, say, useWords } from "../shared/i18n/words";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { seen, stoodDown } from "./store";
import type { StoodDown } from "./types";
import { noticeWords } from "./words";

/** What the person is not expected for any more: to know when they look, and to put away. */
export function StoodDownList() {
  const t = useWords(noticeWords);
  const [failed, setFailed] = useState<{ call: string; problem: Problem } | null>(null);
  if (stoodDown.value.length === 0) return null;
  const put = async (told: StoodDown, button: HTMLElement) => {
    // The button goes with its line: the keyboard goes on from the bell.
    const bell = button.closest("details")?.querySelector("summary");
    setFailed(null);
    try {
      await seen(told);
      bell?.focus();
    } catch (cause) {
      setFailed({ call: told.call_id, problem: asProblem(cause) });
    }
  };
  return (
    <>
      <h2 class="h-small">{t.told}</h2>
      <ul class="bell-told">
        {stoodDown.value.map((told) => (
          <StoodDownLine
            key={told.call_id}
            told={told}
            problem={failed?.call === told.call_id ? failed.problem : null}
            onSeen={(button) => void put(told, button)}
          />
        ))}
      </ul>
    </>
  );
}

interface LineProps {
  told: StoodDown;
  problem: Problem | null;
  onSeen: (button: HTMLElement) => void;
}

export function StoodDownLine({ told, problem, onSeen }: LineProps) {
  const t = useWords(noticeWords);
  const text = say(told.text);
  return (
    <li>
      <p>
        <MarkIcon mark="done" size={12} /> {text}
      </p>
      <p class="quiet">
        {say(told.need_text)} · {timeOfDay(told.at, lang.value)} ·{" "}
        <a href={`/cases/${told.case_id}`}>{t.told_case(told.site.name)}</a>
      </p>
      <button
        type="button"
        class="button button-small"
        aria-label={`${colon(t.told_seen)} ${text}`}
        onClick={(event) => onSeen(event.currentTarget)}
      >
        {t.told_seen}
      </button>
      {problem && <ProblemNote problem={problem} />}
    </li>
  );
}

import "./notices.css";
import { useEffect } from "preact/hooks";
import { say, useWords } from "../shared/i18n/words";
import { beat } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { since } from "./choose";
import { StoodDownList } from "./stood-down";
import { notices, stoodDown } from "./store";
import { noticeWords } from "./words";

const TITLE = document.title;

/** How many calls wait, and which; the tab says it too. What is only to know is listed, and does not count or ring. */
export function Bell() {
  const t = useWords(noticeWords);
  const waiting = notices.value;
  const count = waiting.length;
  const told = stoodDown.value.length;
  useEffect(() => {
    document.title = count > 0 ? `${t.tab(count)} · ${TITLE}` : TITLE;
    return () => {
      document.title = TITLE;
    };
  }, [count, t]);
  return (
    <details class={`bell ${count > 0 ? "bell-rings" : ""}`}>
      <summary aria-label={told > 0 ? `${t.bell(count)} · ${t.told_count(told)}` : t.bell(count)}>
        <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M8 1.800a4.200 4.200 0 0 0-4.200 4.200v3L2.500 11.500h11L12.200 9V6A4.200 4.200 0 0 0 8 1.800zM6.500 13.500a1.600 1.600 0 0 0 3 0"
            fill="none"
            stroke="currentColor"
            stroke-width="1.400"
            stroke-linejoin="round"
          />
        </svg>
        {count > 0 && (
          <span class="bell-count" aria-hidden="true">
            {count}
          </span>
        )}
        {told > 0 && <MarkIcon mark="done" size={12} />}
      </summary>
      <div class="menu bell-menu">
        {count + told === 0 && <p class="quiet">{t.bell_empty}</p>}
        {count > 0 && (
          <ul>
            {waiting.map((notice) => (
              <li key={`${notice.call_id} ${notice.kind}`}>
                <a href={`/cases/${notice.case_id}`}>
                  {notice.kind === "answer"
                    ? t.call_title(notice.site.name)
                    : t.unanswered_title(notice.site.name)}
                </a>
                <p class="quiet">
                  {say(notice.need_text)} · {t.called_since(since(notice.called_at, beat.value))}
                </p>
              </li>
            ))}
          </ul>
        )}
        <StoodDownList />
        <a href="/contact">{t.bell_settings}</a>
      </div>
    </details>
  );
}

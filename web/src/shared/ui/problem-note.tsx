import type { Problem } from "../api/problem";
import { common } from "../i18n/common";
import { say, useWords } from "../i18n/words";
import { MarkIcon } from "./mark";

export interface ProblemNoteProps {
  problem: Problem;
  /** What of the person's work is still there. */
  kept?: string;
  /** What to do next, when it is more than trying again. */
  next?: string;
  onRetry?: () => void;
}

/** A failure, said whole: what happened, what was kept, what to do next. */
export function ProblemNote({ problem, kept, next, onRetry }: ProblemNoteProps) {
  const t = useWords(common);
  const title = problem.isOffline ? t.problem.offline_title : problem.body.title || t.problem.unexpected;
  const detail = problem.isOffline ? t.problem.offline_detail : say(problem.body.detail);
  const todo =
    next ??
    (problem.retryAfterSeconds
      ? t.problem.retry_later(problem.retryAfterSeconds)
      : onRetry
        ? t.problem.retry
        : "");
  return (
    <div class="note note-problem" role="alert">
      <p class="note-title">
        <MarkIcon mark="warn" /> {title}
      </p>
      {detail && <p>{detail}</p>}
      <dl class="note-facts">
        <div>
          <dt>{t.problem.kept}</dt>
          <dd>{kept ?? t.problem.nothing_lost}</dd>
        </div>
        {todo && (
          <div>
            <dt>{t.problem.next}</dt>
            <dd>{todo}</dd>
          </div>
        )}
      </dl>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}

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

function titleOf(problem: Problem, t: ReturnType<typeof useWords<typeof common.fr>>): string {
  const { status } = t.problem;
  if (problem.status >= 500) return status.failed;
  const known: Record<number, string> = {
    400: status.refused,
    403: status.forbidden,
    404: status.missing,
    409: status.conflict,
    413: status.refused,
    415: status.refused,
    422: status.refused,
    429: status.throttled,
  };
  return known[problem.status] ?? t.problem.unexpected;
}

/** A failure, said whole: what happened, what was kept, what to do next. */
export function ProblemNote({ problem, kept, next, onRetry }: ProblemNoteProps) {
  const t = useWords(common);
  const title = problem.isOffline ? t.problem.offline_title : titleOf(problem, t);
  const detail = problem.isOffline
    ? t.problem.offline_detail
    : say(problem.body.detail_text ?? problem.body.detail) || problem.body.title;
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

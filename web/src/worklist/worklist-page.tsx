import "./worklist.css";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Item } from "../shared/api/types";
import { timeWithSeconds } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { navigate } from "../shared/router";
import { followServerClock } from "../shared/time";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { Row } from "./row";
import { useHold } from "./use-hold";
import { useSlide } from "./use-slide";
import { worklistWords } from "./words";

/** The order depends on time too: without any event, it is asked for again every half minute. */
const REFRESH_MS = 30_000;

async function fetchWorklist() {
  const list = await api.worklist();
  followServerClock(list.generated_at);
  return list;
}

export function WorklistPage() {
  const t = useWords(worklistWords);
  const user = currentUser();
  const list = useResource("worklist", fetchWorklist, {
    on: (event) => event.kind !== "consult.changed" && event.kind !== "hello",
    everyMs: REFRESH_MS,
  });
  const { held, apply, bar, list: rowsHeld } = useHold(list.data?.items ?? null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [claiming, setClaiming] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ref = useRef<HTMLDivElement>(null);
  const mayClaim = may(user?.role, "claim");
  const hrefOf = (item: Item) =>
    mayClaim && item.imaging.instances > 0 ? `/cases/${item.case_id}/read` : `/cases/${item.case_id}`;

  const toggle = useCallback((id: string) => {
    setOpen((current) => {
      const next = new Set(current);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);

  const reload = list.reload;
  const claim = useCallback(
    async (id: string) => {
      setClaiming(id);
      setProblem(null);
      try {
        await api.claim(id);
        reload();
      } catch (cause) {
        setProblem(asProblem(cause));
        reload();
      } finally {
        setClaiming(null);
      }
    },
    [reload],
  );

  useSlide(ref, held.shown.map((item) => item.case_id).join());
  useListKeys(ref, {
    claim: (id) => {
      const item = held.shown.find((i) => i.case_id === id);
      if (mayClaim && item && !item.claimed_by && !item.decision) void claim(id);
    },
    toggle,
    apply,
  });

  const waiting = held.shown.filter((item) => !held.decided.has(item.case_id));
  const decided = held.shown.filter((item) => held.decided.has(item.case_id));
  const rows = (items: Item[]) =>
    items.map((item) => (
      <Row
        key={item.case_id}
        item={item}
        href={hrefOf(item)}
        myId={user?.id ?? ""}
        mayClaim={mayClaim}
        busy={claiming === item.case_id}
        open={open.has(item.case_id)}
        onToggle={() => toggle(item.case_id)}
        onClaim={() => void claim(item.case_id)}
      />
    ));

  return (
    <div class="worklist">
      <div class="worklist-head">
        <h1>{t.title}</h1>
        {held.waiting ? (
          <p class="held" role="status" {...bar}>
            {t.held(held.changes)}
            <button type="button" class="button button-small" onClick={apply}>
              {t.apply}
            </button>
          </p>
        ) : (
          <p class="quiet worklist-state">
            {list.data &&
              `${t.waiting_count(waiting.length)} · ${t.updated(timeWithSeconds(list.data.generated_at, lang.value))}`}
          </p>
        )}
        <p class="quiet keys">{t.keys(mayClaim)}</p>
      </div>
      {list.data && list.data.readers_short > 0 && (
        <p class="short" role="status">
          <MarkIcon mark="warn" />
          <span>
            {t.short(
              list.data.readers_short,
              list.data.readers_needed,
              t.present[list.data.readers_from](list.data.readers_present),
            )}
          </span>
        </p>
      )}
      {problem && (
        <ProblemNote
          problem={problem}
          {...(problem.body.holder ? { next: t.claim_lost(problem.body.holder.display_name) } : {})}
        />
      )}
      {list.problem && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {!list.data && list.loading && <WorklistSkeleton />}
      {list.data && held.shown.length === 0 && (
        <div class="empty">
          <h2>{t.empty_title}</h2>
          <p class="quiet">{t.empty_detail}</p>
          {may(user?.role, "alert") && (
            <button type="button" class="button button-primary" onClick={() => navigate("/alert")}>
              {t.raise}
            </button>
          )}
        </div>
      )}
      <div ref={ref} {...rowsHeld}>
        <ol class="rows">{rows(waiting)}</ol>
        {decided.length > 0 && (
          <>
            <h2 class="worklist-decided">{t.decided}</h2>
            <ol class="rows">{rows(decided)}</ol>
          </>
        )}
      </div>
    </div>
  );
}

function WorklistSkeleton() {
  return (
    <ol class="rows" aria-hidden="true">
      {[0, 1, 2].map((n) => (
        <li key={n} class="row skeleton-row">
          <span class="skeleton skeleton-clock" />
          <span class="skeleton" />
          <span class="skeleton" />
          <span class="skeleton" />
        </li>
      ))}
    </ol>
  );
}

interface ListKeys {
  claim: (id: string) => void;
  toggle: (id: string) => void;
  apply: () => void;
}

/** j and k walk the rows, c claims the one in focus, d opens its details, a applies what is held back. */
function useListKeys(list: { current: HTMLElement | null }, keys: ListKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
      const links = [...(list.current?.querySelectorAll<HTMLElement>("[data-row-link]") ?? [])];
      const row = document.activeElement?.closest<HTMLElement>("[data-case]");
      const here = links.findIndex((link) => row?.contains(link));
      const id = row?.dataset.case;
      if (event.key === "j") links[Math.min(links.length - 1, here + 1)]?.focus();
      else if (event.key === "k") links[Math.max(0, here - 1)]?.focus();
      else if (event.key === "c" && id) latest.current.claim(id);
      else if (event.key === "d" && id) latest.current.toggle(id);
      else if (event.key === "a") latest.current.apply();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list]);
}

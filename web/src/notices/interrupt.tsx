import "./notices.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import { say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { navigate, path } from "../shared/router";
import { beat } from "../shared/time";
import { ClockFace } from "../shared/ui/clock-face";
import { Identity } from "../shared/ui/identity";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { calls } from "./api";
import { choose, countdown, keyOf, since } from "./choose";
import { ring } from "./sound";
import { later, notices, putOff } from "./store";
import type { Notice } from "./types";
import { noticeWords } from "./words";

/** A key pressed in a field just before the call came must not answer it. */
const GUARD_MS = 700;
const RING_AGAIN_MS = 15_000;

/** The call that interrupts, if one does. */
export function Interrupt() {
  const shown = choose(notices.value, path.value, putOff.value);
  if (!shown) return null;
  const key = keyOf(shown.notice);
  return shown.how === "strip" ? (
    <Strip key={key} notice={shown.notice} />
  ) : (
    <Curtain key={key} notice={shown.notice} />
  );
}

/** Rings while it is on screen, and tells once that it was seen. */
function useCalled(notice: Notice): void {
  const { call_id: call, kind } = notice;
  useEffect(() => {
    ring();
    const again = window.setInterval(ring, RING_AGAIN_MS);
    const tell = () => {
      // The sender says so with the button: what was not read must not look read.
      if (kind === "answer" && document.visibilityState === "visible") calls.seen(call).catch(() => {});
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => {
      window.clearInterval(again);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [call, kind]);
}

interface Answering {
  busy: boolean;
  problem: Problem | null;
  accept: () => void;
  decline: () => void;
  understood: () => void;
}

function useAnswer(notice: Notice): Answering {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (work: () => Promise<unknown>, then: () => void) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      then();
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const gone = () => later(notice);
  return {
    busy,
    problem,
    accept: () =>
      void send(
        () => calls.accept(notice.call_id),
        () => {
          gone();
          navigate(`/cases/${notice.case_id}`);
        },
      ),
    decline: () => void send(() => calls.decline(notice.call_id), gone),
    understood: () => void send(() => calls.seen(notice.call_id), gone),
  };
}

function Curtain({ notice }: { notice: Notice }) {
  const t = useWords(noticeWords);
  const dialog = useRef<HTMLDialogElement>(null);
  const since_ms = useRef(Date.now());
  const answer = useAnswer(notice);
  useCalled(notice);
  const latest = useRef(answer);
  latest.current = answer;
  const asks = notice.kind === "answer";
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || Date.now() - since_ms.current < GUARD_MS) return;
      if (asks && event.key.toLowerCase() === "a") latest.current.accept();
      if (asks && event.key.toLowerCase() === "n") latest.current.decline();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      element?.close();
    };
  }, [asks]);
  return (
    <dialog
      ref={dialog}
      class={`curtain curtain-${notice.kind}`}
      aria-labelledby="curtain-title"
      onCancel={(event) => {
        event.preventDefault();
        later(notice);
      }}
    >
      {/* The focus lands here and not on a button: a stray key answers nothing. */}
      <h1 id="curtain-title" tabIndex={-1} autofocus>
        <MarkIcon mark="alarm" size={22} />
        {asks ? t.call_title(notice.site.name) : t.unanswered_title(notice.site.name)}
      </h1>
      <p class="curtain-why">{t.call_for(say(notice.need_text), say(notice.cause_text))}</p>
      <Patient caseId={notice.case_id} />
      <Clockwork notice={notice} />
      {!asks && <p class="curtain-phone">{t.unanswered}</p>}
      {answer.problem && <ProblemNote problem={answer.problem} />}
      {asks ? (
        <div class="curtain-buttons">
          <button
            type="button"
            class="button button-primary button-large"
            disabled={answer.busy}
            onClick={answer.accept}
          >
            {t.accept} <kbd>A</kbd>
          </button>
          <button type="button" class="button button-large" disabled={answer.busy} onClick={answer.decline}>
            {t.decline} <kbd>N</kbd>
          </button>
          <button type="button" class="button button-quiet" onClick={() => later(notice)}>
            {t.later}
          </button>
        </div>
      ) : (
        <div class="curtain-buttons">
          <button
            type="button"
            class="button button-primary button-large"
            disabled={answer.busy}
            onClick={answer.understood}
          >
            {t.understood}
          </button>
          <a class="button button-large" href={`/cases/${notice.case_id}`}>
            {t.open}
          </a>
        </div>
      )}
      {asks && <p class="quiet curtain-keys">{t.keys}</p>}
    </dialog>
  );
}

/** Beside the images of another case: nothing is covered, nothing moves. */
function Strip({ notice }: { notice: Notice }) {
  const t = useWords(noticeWords);
  const answer = useAnswer(notice);
  useCalled(notice);
  const asks = notice.kind === "answer";
  return (
    <div class="call-strip" role="alert">
      <MarkIcon mark="alarm" />
      <p>
        <strong>{asks ? t.call_title(notice.site.name) : t.unanswered_title(notice.site.name)}</strong>{" "}
        <Clockwork notice={notice} />
        {answer.problem && <ProblemNote problem={answer.problem} />}
      </p>
      {asks ? (
        <>
          <button type="button" class="button button-primary" disabled={answer.busy} onClick={answer.accept}>
            {t.accept}
          </button>
          <button type="button" class="button" disabled={answer.busy} onClick={answer.decline}>
            {t.decline}
          </button>
          <button type="button" class="button button-quiet" onClick={() => later(notice)}>
            {t.later}
          </button>
        </>
      ) : (
        <button type="button" class="button" disabled={answer.busy} onClick={answer.understood}>
          {t.understood}
        </button>
      )}
    </div>
  );
}

function Clockwork({ notice }: { notice: Notice }) {
  const t = useWords(noticeWords);
  return (
    <span class="curtain-clockwork">
      {t.called_since(since(notice.called_at, beat.value))} ·{" "}
      {notice.until ? t.next_in(countdown(notice.until, beat.value)) : t.everyone}
    </span>
  );
}

function Patient({ caseId }: { caseId: string }) {
  const t = useWords(noticeWords);
  const found = useResource(`called case ${caseId}`, () => api.case(caseId));
  if (found.data)
    return (
      <div class="curtain-patient">
        <ClockFace clock={found.data.clock} />
        <div>
          <Identity patient={found.data.patient} />
          <p>{say(found.data.sentence)}</p>
        </div>
      </div>
    );
  if (found.problem) return <p class="quiet">{t.failed_case}</p>;
  return <span class="skeleton skeleton-card" role="status" aria-label={t.loading_case} />;
}

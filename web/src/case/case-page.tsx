import "./case.css";
import { ClockBoard } from "../clocks/clock-board";
import { CallPanel } from "../consult/call-panel";
import { CaseCallsCard } from "../notices/case-calls";
import { CaseOrders } from "../protocol/case-orders";
import { protocolWords } from "../protocol/words";
import { ScoresCard } from "../scales/scores-card";
import { currentUser, may } from "../session/session";
import { analysisKey, spoken } from "../shared/analyses";
import type { Case } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { ClockFace } from "../shared/ui/clock-face";
import { FlagDetails } from "../shared/ui/flag-line";
import { Identity } from "../shared/ui/identity";
import { ProblemNote } from "../shared/ui/problem-note";
import { Attach } from "./attach";
import { Clinical } from "./clinical";
import { Documents } from "./documents";
import { DecisionCard, DispatchCard, ReportCard } from "./outcome";
import { Steps } from "./steps";
import { Timeline } from "./timeline";
import { useCase } from "./use-case";
import { caseWords } from "./words";

export function CasePage({ id }: { id: string }) {
  const t = useWords(caseWords);
  const found = useCase(id);
  if (!found.data) {
    return found.problem ? (
      <div class="case">
        <ProblemNote problem={found.problem} onRetry={found.reload} />
        <a class="button" href="/worklist">
          {t.list}
        </a>
      </div>
    ) : (
      <CaseSkeleton label={t.loading} />
    );
  }
  return (
    <div class="case">
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      <CaseBody of={found.data} onChange={found.set} />
    </div>
  );
}

function CaseBody({ of, onChange }: { of: Case; onChange: (next: Case) => void }) {
  const t = useWords(caseWords);
  const p = useWords(protocolWords);
  const role = currentUser()?.role;
  return (
    <>
      <header class="case-head">
        <ClockFace clock={of.clock} />
        <div>
          <Identity patient={of.patient} as="h1" />
          <p class="quiet">{of.site.name}</p>
        </div>
        <div class="case-actions">
          {of.imaging.instances > 0 && may(role, "images") && (
            <a
              class={`button ${may(role, "claim") ? "button-primary" : ""}`}
              href={`/cases/${of.case_id}/read`}
            >
              {t.read}
            </a>
          )}
          {may(role, "seeDispatch") && (
            <a
              class={`button ${role === "regulator" ? "button-primary" : ""}`}
              href={`/cases/${of.case_id}/dispatch`}
            >
              {t.dispatch}
            </a>
          )}
        </div>
      </header>
      <Steps of={of} />
      <div class="case-columns">
        <div class="case-column">
          <CaseCallsCard caseId={of.case_id} />
          <DecisionCard of={of} />
          <ReportCard caseId={of.case_id} report={of.report} />
          <DispatchCard of={of} />
          <section class="card">
            <h2>{p.title}</h2>
            <CaseOrders caseId={of.case_id} />
          </section>
          <Attach of={of} onAttached={onChange} />
          {may(role, "call") && (
            <div class="card">
              <CallPanel caseId={of.case_id} consultId={of.consult_id} />
            </div>
          )}
        </div>
        <div class="case-column">
          <section class="card">
            <h2>{t.seen}</h2>
            {spoken(of.analyses).length === 0 && <p class="quiet">{t.nothing_seen}</p>}
            <div class="case-flags">
              {spoken(of.analyses).map((analysis) => (
                <FlagDetails key={analysisKey(analysis)} flag={analysis} />
              ))}
            </div>
            {may(role, "images") && <Documents studies={of.studies} />}
          </section>
          <ClockBoard caseId={of.case_id} />
        </div>
        <div class="case-column">
          <Clinical of={of} />
          <ScoresCard caseId={of.case_id} />
          <Timeline caseId={of.case_id} />
        </div>
      </div>
    </>
  );
}

function CaseSkeleton({ label }: { label: string }) {
  return (
    <div class="case" role="status" aria-label={label}>
      <div class="case-head">
        <span class="skeleton skeleton-clock" />
        <span class="skeleton" />
      </div>
      <div class="case-columns">
        {[0, 1, 2].map((n) => (
          <span key={n} class="skeleton skeleton-card" />
        ))}
      </div>
    </div>
  );
}

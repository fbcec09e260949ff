import { useState } from "preact/hooks";
import { DecisionCard, ReportCard } from "../case/outcome";
import { CaseOrders } from "../protocol/case-orders";
import { protocolWords } from "../protocol/words";
import { currentUser, may } from "../session/session";
import type { Case } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import type { Resource } from "../shared/resource";
import { DecisionForm } from "./decision-form";
import type { Desk } from "./desk";
import { Countdown } from "./report/countdown";
import { ReportForm } from "./report-form";
import { Seen } from "./seen";
import { readingWords } from "./words";

const TABS = ["seen", "decision", "report", "exam"] as const;
type Tab = (typeof TABS)[number];

/** Beside the images: what the AI saw, the decision, the report, the examination. Each keeps what was typed while another shows. */
export function Panel({ of, found, desk }: { of: Case; found: Resource<Case>; desk: Desk }) {
  const t = useWords(readingWords);
  const p = useWords(protocolWords);
  const role = currentUser()?.role;
  const reads = may(role, "report");
  const [tab, setTab] = useState<Tab>(reads ? "decision" : "seen");
  const label = { seen: t.tab_seen, decision: t.tab_decision, report: t.tab_report, exam: p.tab };
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = TABS[TABS.indexOf(tab) + by];
    if (by === 0 || !next) return;
    event.preventDefault();
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="panel">
      <Countdown of={of} />
      <div class="tabs" role="tablist" onKeyDown={move}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={tab === name}
            aria-controls={`panel-${name}`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {label[name]}
          </button>
        ))}
      </div>
      <div
        class="panel-body"
        id="panel-seen"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby="tab-seen"
        hidden={tab !== "seen"}
      >
        <Seen of={of} desk={desk} />
      </div>
      <div
        class="panel-body"
        id="panel-decision"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby="tab-decision"
        hidden={tab !== "decision"}
      >
        {reads ? <DecisionForm of={of} onDecided={found.set} /> : <DecisionCard of={of} />}
      </div>
      <div
        class="panel-body"
        id="panel-report"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby="tab-report"
        hidden={tab !== "report"}
      >
        {reads ? (
          <ReportForm
            of={of}
            onSigned={(report) =>
              found.set({ ...of, report, reported_at: of.reported_at ?? report.signed_at })
            }
          />
        ) : (
          <ReportCard caseId={of.case_id} report={of.report} />
        )}
      </div>
      <div
        class="panel-body"
        id="panel-exam"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby="tab-exam"
        hidden={tab !== "exam"}
      >
        <CaseOrders caseId={of.case_id} />
      </div>
    </div>
  );
}

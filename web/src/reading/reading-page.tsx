import "./reading.css";
import "../case/case.css";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { onsetWords } from "../case/clinical";
import { useCase } from "../case/use-case";
import { CallPanel } from "../consult/call-panel";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import type { Problem } from "../shared/api/problem";
import type { Analysis, Case, Series } from "../shared/api/types";
import { common } from "../shared/i18n/common";
import { useWords } from "../shared/i18n/words";
import { type Resource, useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { ClockFace } from "../shared/ui/clock-face";
import { Identity } from "../shared/ui/identity";
import { ProblemNote } from "../shared/ui/problem-note";
import { Announce } from "./announce";
import { HolderLine } from "./holder";
import { Panel } from "./panel";
import { Reader } from "./reader";
import { Viewer } from "./viewer";
import { readingWords } from "./words";

export default function ReadingPage({ id }: { id: string }) {
  const t = useWords(readingWords);
  const found = useCase(id);
  if (!found.data) {
    return found.problem ? (
      <div class="page">
        <ProblemNote problem={found.problem} onRetry={found.reload} />
      </div>
    ) : (
      <p class="quiet page-wait" role="status">
        {t.loading}
      </p>
    );
  }
  return <Reading of={found.data} found={found} />;
}

/** Which series to open first: one that was analysed, else the largest. */
function firstSeries(of: Case): { study: string; series: Series } | null {
  const all = of.studies.flatMap((study) =>
    study.series.map((series) => ({ study: study.study_instance_uid, series })),
  );
  const judged = of.analyses.find((a) => a.status === "analysed" || a.status === "pending");
  return (
    all.find((s) => s.series.series_instance_uid === judged?.series_instance_uid) ??
    [...all].sort((a, b) => b.series.instances - a.series.instances)[0] ??
    null
  );
}

/** The analysis that the strip and the contours show: a flagged one before any other. */
function shownAnalysis(of: Case, series: string): Analysis | null {
  const here = of.analyses.filter((a) => a.series_instance_uid === series && a.slices.length > 0);
  return here.find((a) => a.flag) ?? here[0] ?? null;
}

function Reading({ of, found }: { of: Case; found: Resource<Case> }) {
  const t = useWords(readingWords);
  const c = useWords(common);
  const [problem, setProblem] = useState<Problem | null>(null);
  const first = useMemo(() => firstSeries(of), [of]);
  const [chosen, setChosen] = useState<string | null>(null);
  const role = currentUser()?.role;
  const shown =
    of.studies
      .flatMap((study) => study.series.map((series) => ({ study: study.study_instance_uid, series })))
      .find((s) => s.series.series_instance_uid === chosen) ?? first;
  const reload = found.reload;
  const changed = useCallback(() => reload(), [reload]);

  return (
    <div class="reading">
      <header class="reading-head">
        <ClockFace clock={of.clock} compact />
        <Identity patient={of.patient} as="h1" />
        <p class="reading-facts">
          {of.site.name} · {of.patient.id}
          <br />
          <span class="quiet">
            {onsetWords(of, beat.value, c)} · NIHSS {of.nihss ?? "–"} · RACE {of.race ?? "–"} ·{" "}
            {c.anticoagulant[of.anticoagulant]}
          </span>
        </p>
        <SeriesChoice of={of} value={shown?.series.series_instance_uid ?? null} onChange={setChosen} />
        <HolderLine of={of} onChange={changed} onProblem={setProblem} />
        <a class="button button-quiet" href={`/cases/${of.case_id}`}>
          {t.back}
        </a>
      </header>
      {problem && <ProblemNote problem={problem} />}
      <div class="reading-body">
        <div class="reading-main">
          <Announce caseId={of.case_id} />
          {shown ? (
            <SeriesViewer
              key={shown.series.series_instance_uid}
              of={of}
              study={shown.study}
              series={shown.series}
            />
          ) : (
            <div class="empty reading-empty">
              <h2>{t.no_images}</h2>
              <p class="quiet">{t.no_images_detail}</p>
            </div>
          )}
        </div>
        <aside class="reading-side">
          {may(role, "call") && <CallPanel caseId={of.case_id} consultId={of.consult_id} />}
          <Panel of={of} found={found} />
        </aside>
      </div>
    </div>
  );
}

function SeriesViewer({ of, study, series }: { of: Case; study: string; series: Series }) {
  const uid = series.series_instance_uid;
  const analysis = shownAnalysis(of, uid);
  // Opened on the key image known at that moment; what is learned later never moves the reader's eyes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: one reader for the life of this series on screen
  const reader = useMemo(
    () => new Reader(study, uid, analysis?.key_instance?.sop_instance_uid ?? null),
    [study, uid],
  );
  useEffect(() => {
    if (series.instances !== reader.slices.value.length) void reader.refresh();
  }, [reader, series.instances]);
  const overlay = useResource(`overlay ${of.case_id} ${uid}`, () => api.overlay(of.case_id, uid), {
    on: (event) => event.kind === "analysis.changed" && event.case_id === of.case_id,
  });
  return (
    <Viewer
      reader={reader}
      patient={of.patient}
      analysis={analysis}
      overlay={overlay.data}
      receiving={!series.complete}
    />
  );
}

function SeriesChoice({
  of,
  value,
  onChange,
}: {
  of: Case;
  value: string | null;
  onChange: (uid: string) => void;
}) {
  const t = useWords(readingWords);
  const all = of.studies.flatMap((study) => study.series);
  if (all.length < 2) return null;
  return (
    <label class="series-choice">
      <span class="visually-hidden">{t.series}</span>
      <select class="input" value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value)}>
        {all.map((series) => (
          <option key={series.series_instance_uid} value={series.series_instance_uid}>
            {series.modality} {series.description ?? series.kind} ({series.instances})
          </option>
        ))}
      </select>
    </label>
  );
}

import "./reading.css";
import "../case/case.css";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { onsetWords } from "../case/clinical";
import { useCase } from "../case/use-case";
import { CallPanel } from "../consult/call-panel";
import { VideoScore } from "../scales/video-score";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import type { Problem } from "../shared/api/problem";
import type { Case, Series } from "../shared/api/types";
import { onServerEvent } from "../shared/events/bus";
import { common } from "../shared/i18n/common";
import { useWords } from "../shared/i18n/words";
import { type Resource, useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { ClockFace } from "../shared/ui/clock-face";
import { Identity } from "../shared/ui/identity";
import { LeftLine } from "../shared/ui/left-line";
import { ProblemNote } from "../shared/ui/problem-note";
import { AnalysisBar } from "./analysis-bar";
import { Announce } from "./announce";
import { Desk, overlayKey, shownAnalysis } from "./desk";
import { HolderLine } from "./holder";
import { keyImages } from "./key-images";
import { Panel } from "./panel";
import { Reader } from "./reader";
import { seriesName } from "./series";
import { Viewer } from "./viewer";
import { openingPreset } from "./windows";
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

interface Placed {
  study: string;
  series: Series;
}

/** The series that hold images. */
function imagesOf(of: Case): Placed[] {
  return of.studies.flatMap((study) =>
    study.series
      .filter((series) => !series.document)
      .map((series) => ({ study: study.study_instance_uid, series })),
  );
}

/** Which series to open first: one with a flag that counts, else one that was analysed, else the largest. */
function firstSeries(of: Case, all: readonly Placed[]): Placed | null {
  const judged =
    of.analyses.find((a) => a.flag && a.moves_queue) ??
    of.analyses.find((a) => a.flag) ??
    of.analyses.find((a) => a.status === "analysed" || a.status === "pending");
  return (
    all.find((s) => s.series.series_instance_uid === judged?.series_instance_uid) ??
    [...all].sort((a, b) => b.series.instances - a.series.instances)[0] ??
    null
  );
}

function Reading({ of, found }: { of: Case; found: Resource<Case> }) {
  const t = useWords(readingWords);
  const c = useWords(common);
  const [problem, setProblem] = useState<Problem | null>(null);
  const desk = useMemo(() => new Desk(), []);
  const role = currentUser()?.role;
  const all = imagesOf(of);
  const chosen = all.find((s) => s.series.series_instance_uid === desk.series.value);
  const [first, setFirst] = useState<string | null>(null);
  const shown = chosen ?? all.find((s) => s.series.series_instance_uid === first) ?? firstSeries(of, all);
  const uid = shown?.series.series_instance_uid ?? null;
  // What was opened stays open: a later analysis of another series never takes the reader's images away.
  useEffect(() => setFirst((kept) => kept ?? uid), [uid]);
  useEffect(() => {
    if (uid !== null) desk.sees(uid);
  }, [uid, desk]);
  const analysis = uid === null ? null : shownAnalysis(of, uid, desk.analysis.value);
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
        <SeriesChoice all={all} value={uid} desk={desk} />
        <HolderLine of={of} seen={desk.seen.value} onChange={changed} onProblem={setProblem} />
        <a class="button button-quiet" href={`/cases/${of.case_id}`}>
          {t.back}
        </a>
      </header>
      {problem && <ProblemNote problem={problem} />}
      {of.left && !of.decision && <LeftLine left={of.left} />}
      <div class="reading-body">
        <div class="reading-main">
          <AnalysisBar of={of} desk={desk} shown={analysis} />
          {shown ? (
            <SeriesViewer
              key={shown.series.series_instance_uid}
              of={of}
              study={shown.study}
              series={shown.series}
              desk={desk}
            />
          ) : (
            <>
              <Announce caseId={of.case_id} />
              <div class="empty reading-empty">
                <h2>{t.no_images}</h2>
                <p class="quiet">{t.no_images_detail}</p>
              </div>
            </>
          )}
        </div>
        <aside class="reading-side">
          {may(role, "call") && <CallPanel caseId={of.case_id} consultId={of.consult_id} />}
          {may(role, "score") && <VideoScore caseId={of.case_id} />}
          <Panel of={of} found={found} desk={desk} />
        </aside>
      </div>
    </div>
  );
}

function SeriesViewer({ of, study, series, desk }: Placed & { of: Case; desk: Desk }) {
  const uid = series.series_instance_uid;
  const analysis = shownAnalysis(of, uid, desk.analysis.value);
  const wanted = desk.wanted.value;
  // Opened on the image asked for or the key image known at that moment; what is learned later never moves the
  // reader's eyes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: one reader for the life of this series on screen
  const reader = useMemo(() => {
    const openOn = wanted?.series === uid ? wanted.image : analysis && keyImages(analysis)[0]?.image;
    return new Reader(study, uid, openOn ?? null, openingPreset(series.modality, series.kind));
  }, [study, uid]);
  useEffect(() => {
    if (wanted?.series !== uid) return;
    reader.lookAt(wanted.image);
    desk.wanted.value = null;
  }, [reader, wanted, uid, desk]);
  useEffect(() => {
    if (series.instances !== reader.slices.value.length) void reader.refresh();
  }, [reader, series.instances]);
  // After a cut, what failed meanwhile is fetched again.
  useEffect(
    () =>
      onServerEvent((event) => {
        if (event.kind === "hello") void reader.refresh();
      }),
    [reader],
  );
  const overlay = useResource(`overlay ${of.case_id} ${uid}`, () => api.overlay(of.case_id, uid), {
    on: (event) => event.kind === "analysis.changed" && event.case_id === of.case_id,
  });
  const overlays = (overlay.data?.analyses ?? []).filter((o) => !desk.hidden.value.has(overlayKey(o, uid)));
  return (
    <Viewer
      reader={reader}
      patient={of.patient}
      analysis={analysis}
      overlays={overlays}
      receiving={!series.complete}
    >
      <Announce caseId={of.case_id} />
    </Viewer>
  );
}

function SeriesChoice({ all, value, desk }: { all: readonly Placed[]; value: string | null; desk: Desk }) {
  const t = useWords(readingWords);
  if (all.length < 2) return null;
  return (
    <label class="series-choice">
      <span class="visually-hidden">{t.series}</span>
      <select
        class="input"
        value={value ?? ""}
        onChange={(event) => {
          desk.series.value = event.currentTarget.value;
        }}
      >
        {all.map(({ series }) => (
          <option key={series.series_instance_uid} value={series.series_instance_uid}>
            {seriesName(series)}
          </option>
        ))}
      </select>
    </label>
  );
}

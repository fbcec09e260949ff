import "../case/case.css";
import "./dispatch.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { useCase } from "../case/use-case";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import type { Case, DispatchOptions, DispatchRecord, Posterior, Region, Weather } from "../shared/api/types";
import { between, minutesBetween, percent } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { type Resource, useResource } from "../shared/resource";
import { now } from "../shared/time";
import { Choice } from "../shared/ui/choice";
import { ClockFace } from "../shared/ui/clock-face";
import { Identity } from "../shared/ui/identity";
import { ProblemNote } from "../shared/ui/problem-note";
import { ActualCard } from "./actual-card";
import { axisOf } from "./axis";
import { Decide } from "./decide";
import { AxisLine, LegsKey } from "./legs";
import { PlanRow } from "./plan-row";
import { RegionMap } from "./region-map";
import { dispatchWords } from "./words";

export default function DispatchPage({ id }: { id: string }) {
  const t = useWords(dispatchWords);
  const found = useCase(id);
  const [weather, setWeather] = useState<Weather>("unknown");
  const options = useResource(`dispatch ${id}`, () => api.dispatchOptions(id, weather), {
    on: (event) =>
      event.case_id === id && ["case.changed", "case.decided", "analysis.changed"].includes(event.kind),
    everyMs: 120_000,
  });
  const region = useResource("region", () => api.region());
  const record = useResource(`dispatch record ${id}`, () => api.dispatchRecord(id), {
    on: (event) => event.case_id === id && ["dispatch.decided", "milestone.recorded"].includes(event.kind),
  });
  const asked = useRef(weather);
  const { reload } = options;
  useEffect(() => {
    // The comparison on the screen stays until the one under the new weather is there.
    if (asked.current === weather) return;
    asked.current = weather;
    reload();
  }, [weather, reload]);
  const problem = found.problem ?? options.problem;
  if (!found.data || !options.data) {
    return (
      <div class="dispatch">
        {problem ? (
          <ProblemNote
            problem={problem}
            onRetry={() => {
              found.reload();
              options.reload();
            }}
          />
        ) : (
          <div role="status" aria-label={t.loading} class="dispatch-wait">
            <span class="skeleton skeleton-sentence" />
            <span class="skeleton skeleton-card" />
          </div>
        )}
      </div>
    );
  }
  return (
    <div class="dispatch">
      {problem && <ProblemNote problem={problem} onRetry={options.reload} />}
      <Comparison
        of={found.data}
        found={found}
        options={options.data}
        region={region.data}
        record={record}
        weather={weather}
        onWeather={setWeather}
      />
    </div>
  );
}

interface ComparisonProps {
  of: Case;
  found: Resource<Case>;
  options: DispatchOptions;
  region: Region | null;
  record: Resource<DispatchRecord>;
  weather: Weather;
  onWeather: (weather: Weather) => void;
}

const WEATHER = ["unknown", "flyable", "grounded"] as const;

function Comparison({ of, found, options, region, record, weather, onWeather }: ComparisonProps) {
  const t = useWords(dispatchWords);
  const [chosen, setChosen] = useState<string | null>(null);
  const [looked, setLooked] = useState<string | null>(null);
  const role = currentUser()?.role;
  const mayDecide = may(role, "dispatch");
  const byName = (name: string | null) => options.plans.find((p) => p.name === name) ?? null;
  const fromOnset = of.onset.kind === "known" && of.onset.at !== null;
  const axis = axisOf(
    options.plans.filter((p) => p.feasible),
    of.onset.at && fromOnset ? minutesBetween(of.onset.at, now()) : null,
  );
  const onset = options.plans[0]?.onset_used;
  return (
    <>
      <header class="dispatch-head">
        <ClockFace clock={of.clock} compact />
        <div>
          <Identity patient={of.patient} />
          <p class="quiet">
            {of.site.name} · {say(onset)}
          </p>
        </div>
        <a class="button button-quiet" href={`/cases/${of.case_id}`}>
          {t.back}
        </a>
      </header>
      <h1 class="dispatch-sentence" aria-live="polite">
        {say(options.sentence)}
      </h1>
      <div class="dispatch-weather">
        <Choice
          legend={t.weather}
          options={WEATHER.map((value) => ({ value, label: t.weather_of[value] }))}
          value={weather}
          onChange={onWeather}
        />
      </div>
      <div class="dispatch-body">
        <section aria-label={t.plans}>
          {options.plans.length === 0 && <p class="empty">{t.empty}</p>}
          <div class="axis-label">
            <p class="quiet">{fromOnset ? t.axis_onset : t.axis}</p>
            <LegsKey fromOnset={fromOnset} />
          </div>
          <AxisLine axis={axis} />
          <ol class="plans">
            {options.plans.map((plan) => (
              <PlanRow
                key={plan.name}
                plan={plan}
                axis={axis}
                fromOnset={fromOnset}
                hemorrhage={options.posterior.hemorrhage}
                recommended={plan.name === options.recommended}
                chosen={plan.name === chosen}
                mayChoose={mayDecide}
                onChoose={() => setChosen(plan.name)}
                onLook={() => setLooked(plan.name)}
              />
            ))}
          </ol>
          <p class="quiet">
            {t.mrs} · {t.model(options.model_version)}
          </p>
        </section>
        <aside class="dispatch-side">
          <Decide
            of={of}
            options={options}
            plan={byName(chosen)}
            mayDecide={mayDecide}
            onDecided={(decision) => {
              found.set({ ...of, dispatch_decision: decision });
              record.reload();
            }}
          />
          {of.dispatch_decision && <ActualCard caseId={of.case_id} record={record} mayEnter={mayDecide} />}
          {region && (
            <RegionMap
              region={region}
              here={of.site.id}
              plans={options.plans}
              plan={byName(chosen ?? looked ?? options.recommended)}
            />
          )}
          <Belief posterior={options.posterior} />
        </aside>
      </div>
    </>
  );
}

function Belief({ posterior }: { posterior: Posterior }) {
  const t = useWords(dispatchWords);
  const ranges = posterior.ranges;
  return (
    <section class="card">
      <h2>{t.posterior}</h2>
      <dl class={ranges ? "belief ranged" : "belief"}>
        {(["hemorrhage", "lvo", "nlvo", "mimic"] as const).map((kind) => (
          <div key={kind}>
            <dt>{t.posterior_of[kind]}</dt>
            <dd>
              <meter min={0} max={1} value={posterior[kind]} aria-label={t.posterior_of[kind]} />
              <span class="num">{percent(posterior[kind], lang.value)}</span>
              {ranges && <span class="num">{between(ranges[kind])}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {ranges && <p class="note">{t.ranges}</p>}
    </section>
  );
}

import { api } from "../../shared/api";
import type { ServedModel } from "../../shared/api/types";
import { percent } from "../../shared/format";
import { flagWords } from "../../shared/i18n/flags";
import { lang, useWords } from "../../shared/i18n/words";
import { useResource } from "../../shared/resource";
import { EvidenceMark } from "../../shared/ui/evidence";
import { interval } from "../../shared/ui/flag-line";
import { type Mark, MarkIcon } from "../../shared/ui/mark";
import { ProblemNote } from "../../shared/ui/problem-note";
import { adminWords } from "../words";
import { Disagreements } from "./disagreements";
import { SignModel } from "./sign-model";
import { WatchFacts } from "./watch";
import { modelWords } from "./words";

/** The entries of each model together, sites in the order the server gives them. */
export function byModel(entries: readonly ServedModel[]): ServedModel[][] {
  const groups = new Map<string, ServedModel[]>();
  for (const entry of entries) groups.set(entry.sha256, [...(groups.get(entry.sha256) ?? []), entry]);
  return [...groups.values()];
}

/** How a model stands at a site, in one shape: an alarm of the watch before anything else. */
export function standing(of: ServedModel): Mark {
  const watched = of.watch && [of.watch.not_analysable, of.watch.drift, of.watch.agreement];
  if (watched?.some((indicator) => indicator.alarm)) return "alarm";
  return of.moves_queue && of.role === "active" ? "done" : "research";
}

export function Models() {
  const t = useWords(modelWords);
  const a = useWords(adminWords);
  const list = useResource("models", () => api.models(), {
    on: (event) => event.kind === "model.alarm",
    everyMs: 60_000,
  });
  return (
    <div class="models">
      <p class="quiet">{t.lead}</p>
      {list.problem && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {!list.data && list.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={a.loading} />
      )}
      {list.data?.models.length === 0 && <p class="empty">{a.empty.models}</p>}
      {byModel(list.data?.models ?? []).map((sites) => (
        <Model key={sites[0]?.sha256} sites={sites} onChange={list.reload} />
      ))}
      <Disagreements />
    </div>
  );
}

function Model({ sites, onChange }: { sites: readonly ServedModel[]; onChange: () => void }) {
  const t = useWords(modelWords);
  const f = useWords(flagWords);
  const model = sites[0];
  if (!model) return null;
  const facts: [string, string][] = [
    [t.threshold, percent(model.threshold, lang.value, 1)],
    [t.pack_evidence, f.evidence_level[model.pack_evidence]],
    [t.training_data, model.training_data],
    [t.licence, model.licence],
    [t.fingerprint, model.sha256.slice(0, 16)],
  ];
  return (
    <section class="card model">
      <h2>
        {f.task[model.task]} · {model.name} {model.version}
      </h2>
      <p class="quiet">{model.role === "active" ? t.active : t.candidate}</p>
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {sites.map((at) => (
        <Site key={at.site.id} at={at} onChange={onChange} />
      ))}
    </section>
  );
}

function Site({ at, onChange }: { at: ServedModel; onChange: () => void }) {
  const t = useWords(modelWords);
  const f = useWords(flagWords);
  const { measured } = at;
  const mark = standing(at);
  return (
    <details class="model-site" open={mark === "alarm"}>
      <summary>
        <MarkIcon mark={mark} /> <strong>{at.site.name}</strong> <EvidenceMark level={at.evidence} />
        {at.role === "active" && (
          <span class={at.moves_queue ? "quiet" : "research-note"}>
            {" · "}
            {at.moves_queue ? t.moves : t.research}
          </span>
        )}
      </summary>
      <div class="model-site-body">
        <dl class="facts">
          <div>
            <dt>{t.evidence}</dt>
            <dd>
              {f.evidence_level[at.evidence]}
              <br />
              <span class="quiet">{t.minimum(f.evidence_level[at.minimum])}</span>
            </dd>
          </div>
          <div>
            <dt>{t.measured}</dt>
            <dd>{t.on(measured.positives, measured.negatives)}</dd>
          </div>
          <div>
            <dt>{t.sensitivity}</dt>
            <dd class="num">{interval(measured.sensitivity)}</dd>
          </div>
          <div>
            <dt>{t.specificity}</dt>
            <dd class="num">{interval(measured.specificity)}</dd>
          </div>
          <div>
            <dt>{t.auc}</dt>
            <dd class="num">{measured.auc ? interval(measured.auc) : t.not_measured}</dd>
          </div>
        </dl>
        {at.watch ? <WatchFacts watch={at.watch} /> : <p class="quiet">{t.no_watch}</p>}
        {at.role === "active" && <SignModel of={at} onChange={onChange} />}
      </div>
    </details>
  );
}

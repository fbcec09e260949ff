import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../shared/api/problem";
import { colon, say, useWords } from "../shared/i18n/words";
import { Area } from "../shared/ui/area";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { rotaApi } from "./api";
import type { TableEffect } from "./types";
import { rotaWords } from "./words";

/** A table of dated hours: looked at first, with each wrong line named, then taken whole. */
export function ImportTable({ onDone }: { onDone: () => void }) {
  const t = useWords(rotaWords);
  const [table, setTable] = useState("");
  const [effect, setEffect] = useState<TableEffect | null>(null);
  const [taken, setTaken] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // What was looked at is no longer what stands here.
  const write = (next: string) => {
    setTable(next);
    setEffect(null);
    setTaken(false);
    setProblem(null);
  };
  const act = async (work: () => Promise<TableEffect>, after: () => void) => {
    setBusy(true);
    setProblem(null);
    try {
      setEffect(await work());
      after();
    } catch (cause) {
      setProblem(asProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const adds = effect?.pools.some((pool) => pool.added > 0) ?? false;
  return (
    <details class="card rota-import">
      <summary>{t.import_title}</summary>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void act(
            () => rotaApi.preview(table),
            () => setTaken(false),
          );
        }}
      >
        <p class="field-hint">{t.import_lead}</p>
        <pre class="rota-sample">{t.import_sample}</pre>
        <label class="field">
          <span class="label">{t.import_file}</span>
          <input
            type="file"
            class="input"
            accept=".csv,text/csv,text/plain"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void file.text().then(write);
            }}
          />
        </label>
        <Area label={t.import_table} value={table} onInput={write} rows={6} />
        {problem && <ProblemNote problem={problem} kept={t.import_nothing} />}
        {effect && <Effect effect={effect} taken={taken} />}
        <div class="form-buttons">
          <button type="submit" class="button" disabled={busy || !table.trim()}>
            {t.import_look}
          </button>
          <button
            type="button"
            class="button button-primary"
            disabled={busy || taken || !adds}
            onClick={() =>
              void act(
                () => rotaApi.take(table),
                () => {
                  setTaken(true);
                  onDone();
                },
              )
            }
          >
            {t.import_take}
          </button>
        </div>
      </form>
    </details>
  );
}

function Effect({ effect, taken }: { effect: TableEffect; taken: boolean }) {
  const t = useWords(rotaWords);
  if (effect.wrong.length > 0)
    return (
      <div role="alert">
        <p class="field-error">
          <MarkIcon mark="warn" size={12} /> {t.import_wrong(effect.wrong.length)}
        </p>
        <ul class="rota-gaps">
          {effect.wrong.map((wrong) => (
            <li key={`${wrong.line} ${wrong.text.en}`} class="rota-gap">
              <span class="num">{t.import_line(wrong.line)}</span> {say(wrong.text)}
            </li>
          ))}
        </ul>
      </div>
    );
  return (
    <div role="status">
      {taken && (
        <p class="note note-done">
          <MarkIcon mark="done" /> {t.saved}
        </p>
      )}
      {effect.pools.length === 0 && <p class="quiet">{t.import_empty}</p>}
      <ul class="rota-gaps">
        {effect.pools.map((pool) => (
          <li key={pool.id}>
            <strong>{colon(pool.name)}</strong> {t.import_pool(pool.added, pool.already)}
          </li>
        ))}
      </ul>
    </div>
  );
}

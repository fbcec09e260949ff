import "./admin.css";
import { useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { request } from "../shared/api/client";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { ProblemNote } from "../shared/ui/problem-note";
import { AddUser } from "./add-user";
import { Models } from "./models/models";
import { Records, type Row } from "./records";
import { Staffing } from "./staffing/staffing";
import { adminWords } from "./words";

type Section = "users" | "models" | "staffing" | "conflicts" | "audit";

/** Whatever the list is wrapped in, the list. */
function listOf(body: unknown): Row[] {
  if (Array.isArray(body)) return body as Row[];
  if (typeof body !== "object" || body === null) return [];
  return (Object.values(body).find(Array.isArray) as Row[] | undefined) ?? [];
}

/** An audit row with its record's fields beside its number, however the server wraps them. */
function opened(row: Row): Row {
  const { record, ...rest } = row;
  if (typeof record === "string" && record.startsWith("{"))
    return { ...rest, ...(JSON.parse(record) as Row) };
  if (typeof record === "object" && record !== null) return { ...rest, ...(record as Row) };
  return row;
}

export default function AdminPage() {
  const t = useWords(adminWords);
  const admin = may(currentUser()?.role, "administer");
  const sections: Section[] = admin ? ["users", "models", "staffing", "conflicts", "audit"] : ["audit"];
  const [section, setSection] = useState<Section>(sections[0] ?? "audit");
  return (
    <div class="admin">
      <h1>{t.title}</h1>
      <nav class="tabs admin-tabs" aria-label={t.title}>
        {sections.map((name) => (
          <button
            key={name}
            type="button"
            class="tab"
            aria-current={section === name ? "page" : undefined}
            onClick={(event) => {
              setSection(name);
              // On a phone the row of tabs is wider than the page.
              event.currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" });
            }}
          >
            {t[name]}
          </button>
        ))}
      </nav>
      <Body section={section} />
    </div>
  );
}

function Body({ section }: { section: Section }) {
  if (section === "audit") return <Audit />;
  if (section === "models") return <Models />;
  if (section === "staffing") return <Staffing />;
  return <List key={section} section={section} />;
}

function List({ section }: { section: "users" | "conflicts" }) {
  const t = useWords(adminWords);
  const list = useResource(section, () => request<unknown>(`/${section}`).then(listOf));
  return (
    <>
      {section === "conflicts" && <p class="quiet">{t.conflicts_lead}</p>}
      {list.problem && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {!list.data && list.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={t.loading} />
      )}
      {list.data?.length === 0 && <p class="empty">{t.empty[section]}</p>}
      {list.data && list.data.length > 0 && <Records rows={list.data} caption={t[section]} />}
      {section === "users" && <AddUser onCreated={list.reload} />}
    </>
  );
}

const PAGE = 100;

/** The log from its start, page by page, each page after the last sequence number seen. */
function Audit() {
  const t = useWords(adminWords);
  const [after, setAfter] = useState<number[]>([0]);
  const from = after[after.length - 1] ?? 0;
  const page = useResource(`audit ${from}`, () =>
    request<unknown>(`/audit?after=${from}&limit=${PAGE}`).then((body) => listOf(body).map(opened)),
  );
  const last = page.data?.[page.data.length - 1];
  const lastSeq = Number(last?.seq ?? last?.id);
  return (
    <>
      <p class="quiet">{t.audit_lead}</p>
      {page.problem && <ProblemNote problem={page.problem} onRetry={page.reload} />}
      {!page.data && page.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={t.loading} />
      )}
      {page.data?.length === 0 && <p class="empty">{t.empty.audit}</p>}
      {page.data && page.data.length > 0 && <Records rows={page.data} caption={t.audit} />}
      {page.data?.length === PAGE && Number.isFinite(lastSeq) && (
        <button type="button" class="button" onClick={() => setAfter([...after, lastSeq])}>
          {t.more}
        </button>
      )}
    </>
  );
}

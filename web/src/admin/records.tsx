import { moment } from "../shared/format";
import { common } from "../shared/i18n/common";
import { lang, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { adminWords } from "./words";

export type Row = Record<string, unknown>;

const TIME = /^\d{4}-\d{2}-\d{2}T/;

/** A value as a person reads it: times in local 24 h, lists joined, texts in the language of the moment. */
export function readable(value: unknown, words: { yes: string; no: string }): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "string") return TIME.test(value) ? moment(value, now(), lang.value) : value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map((v) => readable(v, words)).join(", ") || "–";
  const record = value as Row;
  for (const key of [lang.value, "display_name", "name", "id"]) {
    if (typeof record[key] === "string") return record[key] as string;
  }
  return JSON.stringify(value);
}

/** What a person does not read: the rows' own keys, and the chain that `vigie audit verify` checks. */
const UNREAD = ["id", "hash", "prev_hash"];

/** What its column has to leave room for. */
function shapeOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return "record-list";
  return TIME.test(String(value)) ? "record-when" : undefined;
}

/** Records as a table whose columns are their own fields, in the order the server gives them. */
export function Records({ rows, caption }: { rows: readonly Row[]; caption: string }) {
  const t = useWords(adminWords);
  const roles: Record<string, string> = useWords(common).role;
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = [...known].filter((column) => !UNREAD.includes(column));
  return (
    <section class="records" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {(t.columns as Record<string, string>)[column] ?? column.replaceAll("_", " ")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={String(row.id ?? row.seq ?? index)}>
              {columns.map((column) => (
                <td key={column} class={shapeOf(row[column])}>
                  {(column === "role" && roles[String(row[column])]) || readable(row[column], t)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

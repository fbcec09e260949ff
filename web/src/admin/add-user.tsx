import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { request } from "../shared/api/client";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Role } from "../shared/api/types";
import { common } from "../shared/i18n/common";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import { adminWords } from "./words";

const ROLES: readonly Role[] = [
  "emergency",
  "technologist",
  "neurologist",
  "radiologist",
  "regulator",
  "auditor",
  "admin",
];

export function AddUser({ onCreated }: { onCreated: () => void }) {
  const t = useWords(adminWords);
  const c = useWords(common);
  const region = useResource("region", () => api.region());
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("emergency");
  const [sites, setSites] = useState<string[]>([]);
  const [tried, setTried] = useState(false);
  const [created, setCreated] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const missing = (value: string) => (tried && !value.trim() ? t.fill : null);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    setCreated(null);
    setProblem(null);
    if (!username.trim() || !displayName.trim() || !password || sites.length === 0) return;
    try {
      const user = { username: username.trim(), display_name: displayName.trim(), password, role, sites };
      await request("/users", { method: "POST", json: user });
      setCreated(user.display_name);
      setUsername("");
      setDisplayName("");
      setPassword("");
      setTried(false);
      onCreated();
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  return (
    <form class="card form add-user" onSubmit={submit} noValidate>
      <h2>{t.add_user}</h2>
      <div class="add-user-fields">
        <Field
          label={t.username}
          value={username}
          onInput={setUsername}
          autocomplete="off"
          autocapitalize="none"
          error={missing(username)}
        />
        <Field
          label={t.display_name}
          value={displayName}
          onInput={setDisplayName}
          error={missing(displayName)}
        />
        <Field
          label={t.password}
          type="password"
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
          error={missing(password)}
        />
        <label class="field">
          <span class="label">{t.role}</span>
          <select class="input" value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
            {ROLES.map((r) => (
              <option key={r} value={r}>
                {c.role[r]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <fieldset>
        <legend class="label">{t.sites}</legend>
        <div class="add-user-sites">
          {region.data?.sites.map((site) => (
            <label key={site.id} class="check">
              <input
                type="checkbox"
                checked={sites.includes(site.id)}
                onChange={() =>
                  setSites((now) =>
                    now.includes(site.id) ? now.filter((s) => s !== site.id) : [...now, site.id],
                  )
                }
              />
              {site.name}
            </label>
          ))}
        </div>
        {tried && sites.length === 0 && <p class="field-error">{t.fill}</p>}
      </fieldset>
      {created && (
        <p class="note note-done" role="status">
          {t.created(created)}
        </p>
      )}
      {problem && <ProblemNote problem={problem} />}
      <button type="submit" class="button button-primary">
        {t.create}
      </button>
    </form>
  );
}

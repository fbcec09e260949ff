import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../shared/api/problem";
import { common } from "../shared/i18n/common";
import { useWords } from "../shared/i18n/words";
import { Field } from "../shared/ui/field";
import { Wordmark } from "../shared/ui/icons";
import { LangSwitch } from "../shared/ui/lang-switch";
import { ProblemNote } from "../shared/ui/problem-note";
import { signIn } from "./session";
import { sessionWords } from "./words";

export function LoginPage({ expired }: { expired: boolean }) {
  const t = useWords(sessionWords);
  const c = useWords(common);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!username.trim() || !password) return;
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password);
    } catch (cause) {
      setProblem(asProblem(cause));
      setBusy(false);
    }
  };

  const refused =
    problem?.status === 401
      ? t.refused
      : problem?.status === 429
        ? t.throttled(problem.retryAfterSeconds ?? 60)
        : null;
  return (
    <main class="login" id="content">
      <form class="login-card" onSubmit={submit} noValidate>
        <header class="login-head">
          <h1 class="login-brand">
            <Wordmark />
          </h1>
          <LangSwitch />
        </header>
        <p class="quiet">{t.tagline}</p>
        {expired && !problem && <p class="note">{t.expired}</p>}
        <Field
          label={t.username}
          value={username}
          onInput={setUsername}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          name="username"
          error={tried && !username.trim() ? t.required : null}
        />
        <Field
          label={t.password}
          value={password}
          onInput={setPassword}
          type="password"
          autocomplete="current-password"
          name="password"
          error={tried && !password ? t.required : null}
        />
        {refused ? (
          <p class="note note-problem" role="alert">
            {refused}
          </p>
        ) : (
          problem && <ProblemNote problem={problem} />
        )}
        <button type="submit" class="button button-primary button-large" disabled={busy}>
          {busy ? t.submitting : t.submit}
        </button>
        <p class="login-note quiet">{c.disclaimer}</p>
      </form>
    </main>
  );
}

import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { AlertPage } from "./alert/alert-page";
import { CasePage } from "./case/case-page";
import { leave } from "./consult/call";
import { CallDock } from "./consult/call-panel";
import { LoginPage } from "./session/login";
import { currentUser, end, may, restore, session } from "./session/session";
import { sessionWords } from "./session/words";
import { whenSignedOut } from "./shared/api/client";
import { startEvents } from "./shared/events/bus";
import { common } from "./shared/i18n/common";
import { lang, useWords } from "./shared/i18n/words";
import { followLinks, navigate, path, route } from "./shared/router";
import { startBeat } from "./shared/time";
import { ProblemNote } from "./shared/ui/problem-note";
import { Shell } from "./shared/ui/shell";
import { WorklistPage } from "./worklist/worklist-page";

const ReadingPage = lazy(() => import("./reading/reading-page"));
const DispatchPage = lazy(() => import("./dispatch/dispatch-page"));
const AdminPage = lazy(() => import("./admin/admin-page"));

export function App() {
  useEffect(() => {
    document.documentElement.lang = lang.value;
    whenSignedOut(() => {
      if (session.value.kind === "in") end(true);
    });
    void restore();
    const stops = [startBeat(), followLinks()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);

  const state = session.value;
  const signedIn = state.kind === "in";
  useEffect(() => {
    if (!signedIn) {
      leave();
      return;
    }
    return startEvents(() => end(true));
  }, [signedIn]);

  const t = useWords(sessionWords);
  if (state.kind === "unknown") {
    return (
      <main class="login" id="content">
        <p class="quiet" role="status">
          {t.restoring}
        </p>
      </main>
    );
  }
  if (state.kind === "failed") {
    return (
      <main class="login" id="content">
        <ProblemNote problem={state.problem} onRetry={() => void restore()} />
      </main>
    );
  }
  if (state.kind === "out") return <LoginPage expired={state.expired} />;
  return <Pages />;
}

function Pages() {
  const t = useWords(common);
  const at = route(path.value);
  const role = currentUser()?.role ?? "auditor";
  useEffect(() => {
    if (at.page === "login") navigate("/worklist", "replace");
  }, [at.page]);
  const wide = at.page === "read";
  return (
    <Shell wide={wide}>
      <Suspense fallback={<p class="quiet page-wait">{t.loading}</p>}>
        {at.page === "worklist" && <WorklistPage />}
        {at.page === "alert" && (may.alert(role) ? <AlertPage /> : <p class="note">{t.not_allowed}</p>)}
        {at.page === "case" && <CasePage key={at.id} id={at.id} />}
        {at.page === "read" && <ReadingPage key={at.id} id={at.id} />}
        {at.page === "dispatch" && <DispatchPage key={at.id} id={at.id} />}
        {at.page === "admin" && (may.administer(role) ? <AdminPage /> : <p class="note">{t.not_allowed}</p>)}
        {at.page === "unknown" && (
          <p class="note">
            {t.page_unknown} <a href="/worklist">{t.back_to_list}</a>
          </p>
        )}
      </Suspense>
      <CallDock />
    </Shell>
  );
}

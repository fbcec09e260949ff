import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { AlertPage } from "./alert/alert-page";
import { CasePage } from "./case/case-page";
import { leave } from "./consult/call";
import { CallDock } from "./consult/call-panel";
import { Interrupt } from "./notices/interrupt";
import { useNotices } from "./notices/store";
import { LoginPage } from "./session/login";
import { currentUser, end, may, restore, session } from "./session/session";
import { sessionWords } from "./session/words";
import { whenSignedOut } from "./shared/api/client";
import { startEvents } from "./shared/events/bus";
import { common } from "./shared/i18n/common";
import { lang, useWords } from "./shared/i18n/words";
import { followLinks, navigate, path, route } from "./shared/router";
import { startBeat } from "./shared/time";
import { Boundary } from "./shared/ui/boundary";
import { ProblemNote } from "./shared/ui/problem-note";
import { Shell } from "./shared/ui/shell";
import { WorklistPage } from "./worklist/worklist-page";

const loadReading = () => import("./reading/reading-page");
const ReadingPage = lazy(loadReading);
const DispatchPage = lazy(() => import("./dispatch/dispatch-page"));
const DispatchRecordPage = lazy(() => import("./dispatch/record-page"));
const ForesightPage = lazy(() => import("./dispatch/foresight-page"));
const ScorePage = lazy(() => import("./scales/score-page"));
const RotaPage = lazy(() => import("./rota/rota-page"));
const ContactPage = lazy(() => import("./notices/contact-page"));
const IndicatorsPage = lazy(() => import("./indicators/indicators-page"));
const AdminPage = lazy(() => import("./admin/admin-page"));
const TechnologistPage = lazy(() => import("./technologist/technologist-page"));

/** The reading page carries the decoders: it is fetched while the session is still being asked for. */
if (route(location.pathname).page === "read") loadReading().catch(() => {});

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
  const role = currentUser()?.role;
  const home = may(role, "worklist") ? "/worklist" : "/admin";
  useNotices(may(role, "worklist") ? (currentUser()?.username ?? null) : null);
  useEffect(() => {
    const atHome = at.page === "login" || (at.page === "worklist" && home !== "/worklist");
    if (atHome) navigate(home, "replace");
  }, [at.page, home]);
  useEffect(() => {
    // Whoever reads will want the decoders soon: they come while the list is looked at.
    if (!may(role, "claim")) return;
    const timer = window.setTimeout(() => loadReading().catch(() => {}), 1_500);
    return () => window.clearTimeout(timer);
  }, [role]);
  const wide = at.page === "read";
  return (
    <Shell wide={wide}>
      <Boundary key={path.value}>
        <Suspense fallback={<p class="quiet page-wait">{t.loading}</p>}>
          {at.page === "worklist" && home === "/worklist" && <WorklistPage />}
          {at.page === "alert" && (may(role, "alert") ? <AlertPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "case" && <CasePage key={at.id} id={at.id} />}
          {at.page === "read" && <ReadingPage key={at.id} id={at.id} />}
          {at.page === "dispatch" && <DispatchPage key={at.id} id={at.id} />}
          {at.page === "dispatch-record" && <DispatchRecordPage key={at.id} id={at.id} />}
          {at.page === "foresight" && <ForesightPage />}
          {at.page === "score" &&
            (may(role, "score") ? (
              <ScorePage key={`${at.id} ${at.scale}`} id={at.id} scale={at.scale} />
            ) : (
              <p class="note">{t.not_allowed}</p>
            ))}
          {at.page === "protocols" &&
            (may(role, "confirm") ? <TechnologistPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "indicators" &&
            (may(role, "indicators") ? <IndicatorsPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "admin" && (may(role, "audit") ? <AdminPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "rota" && (may(role, "worklist") ? <RotaPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "contact" &&
            (may(role, "worklist") ? <ContactPage /> : <p class="note">{t.not_allowed}</p>)}
          {at.page === "unknown" && (
            <p class="note">
              {t.page_unknown} <a href="/worklist">{t.back_to_list}</a>
            </p>
          )}
        </Suspense>
      </Boundary>
      <CallDock />
      <Interrupt />
    </Shell>
  );
}

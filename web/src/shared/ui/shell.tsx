import type { ComponentChildren } from "preact";
import { Bell } from "../../notices/bell";
import { currentUser, may, signOut } from "../../session/session";
import { cutSince, streamState } from "../events/bus";
import { timeOfDay } from "../format";
import { common } from "../i18n/common";
import { lang, useWords } from "../i18n/words";
import { path } from "../router";
import { beat } from "../time";
import { Icon, type IconName, Wordmark } from "./icons";
import { LangSwitch } from "./lang-switch";

/** The frame of every page behind the sign-in: who you are, whether you are live, where you can go. */
export function Shell({ children, wide = false }: { children: ComponentChildren; wide?: boolean }) {
  const t = useWords(common);
  const user = currentUser();
  return (
    <div class={wide ? "shell shell-fixed" : "shell"}>
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <header class="bar">
        <a class="bar-brand" href="/worklist" aria-label={`Vigie, ${t.nav_worklist}`}>
          <Wordmark />
        </a>
        <nav class="bar-nav" aria-label={t.nav}>
          {may(user?.role, "worklist") && <NavLink href="/worklist" icon="list" label={t.nav_worklist} />}
          {may(user?.role, "alert") && <NavLink href="/alert" icon="alert" label={t.nav_alert} />}
          {may(user?.role, "confirm") && <NavLink href="/protocols" icon="scanner" label={t.nav_protocols} />}
          {may(user?.role, "worklist") && <NavLink href="/rota" icon="calendar" label={t.nav_rota} />}
          {may(user?.role, "indicators") && (
            <NavLink href="/indicators" icon="chart" label={t.nav_indicators} />
          )}
          {may(user?.role, "audit") && <NavLink href="/admin" icon="settings" label={t.nav_admin} />}
        </nav>
        {may(user?.role, "worklist") && <Bell />}
        {may(user?.role, "worklist") && <Connection />}
        <time class="bar-time">{timeOfDay(beat.value, lang.value)}</time>
        <div class="bar-lang">
          <LangSwitch />
        </div>
        {user && (
          <details class="bar-user">
            <summary>
              <span class="bar-user-initials" aria-hidden="true">
                {initials(user.display_name)}
              </span>
              <span class="bar-user-name">{user.display_name}</span>
              <span class="bar-user-role quiet">{t.role[user.role]}</span>
            </summary>
            <div class="menu">
              <p>{user.display_name}</p>
              <p class="quiet">
                {t.role[user.role]} · {user.sites.map((s) => s.name).join(", ")}
              </p>
              <div class="menu-lang">
                <LangSwitch />
              </div>
              <button type="button" class="button" onClick={() => void signOut()}>
                {t.sign_out}
              </button>
            </div>
          </details>
        )}
      </header>
      {cutSince.value !== null && (
        <p class="offline" role="status">
          {t.cut_banner(timeOfDay(cutSince.value, lang.value))}
        </p>
      )}
      <main id="content" class={wide ? "page page-fixed" : "page"} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The last two words' first letters: titles come first and say little. */
function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(-2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}

/** A word in the bar; on a phone, a sign above it, where the thumb is. */
function NavLink({ href, icon, label }: { href: string; icon: IconName; label: string }) {
  return (
    <a class="bar-link" href={href} aria-current={path.value === href ? "page" : undefined}>
      <Icon name={icon} size={20} />
      <span>{label}</span>
    </a>
  );
}

function Connection() {
  const t = useWords(common);
  const state = cutSince.value !== null ? "cut" : streamState.value;
  const word = { live: t.live, connecting: t.connecting, cut: t.cut }[state];
  return (
    <p class={`connection connection-${state}`} role="status">
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {state === "cut" ? (
          <path d="M1 1l8 8M9 1 1 9" stroke="currentColor" stroke-width="2" />
        ) : (
          <circle
            cx="5"
            cy="5"
            r="4"
            fill={state === "live" ? "currentColor" : "none"}
            stroke="currentColor"
          />
        )}
      </svg>
      <span>{word}</span>
    </p>
  );
}

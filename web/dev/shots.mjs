/** Pictures of the screens over the stand-in server: `node dev/shots.mjs [name…]` after a build. */
import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { preview } from "vite";

const wanted = process.argv.slice(2);
const out = process.env.SHOTS ?? "/tmp/vigie-shots";
mkdirSync(out, { recursive: true });
const server = await preview({
  configFile: "vite.dev.config.ts",
  preview: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
});
const base = server.resolvedUrls.local[0].replace(/\/$/, "");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ],
});
const SIZES = { laptop: [1366, 768], desk: [1920, 1080], phone: [390, 844] };
const CASE = "/cases/11111111-1111-4111-8111-111111111111";

const SCREENS = {
  login: { user: null, path: "/login" },
  worklist: { user: "neuro", path: "/worklist", act: async (p) => p.waitForSelector("[data-case]") },
  details: {
    user: "neuro",
    path: "/worklist",
    act: async (p) => {
      await p.waitForSelector("[data-case]");
      await p.locator("[data-case]").first().getByRole("button", { name: "Détails" }).click();
    },
  },
  alert: { user: "urgences", path: "/alert" },
  alertfull: {
    user: "urgences",
    path: "/alert",
    act: async (p) => {
      await p.fill("[name=family-name]", "Refus");
      await p.getByLabel("Connu", { exact: true }).check();
      await p.getByRole("button", { name: "Il y a 1 h" }).click();
      await p.getByRole("button", { name: "Calculer le RACE" }).click();
      await p.getByRole("button", { name: "Lancer l'alerte" }).click();
    },
    full: true,
  },
  case: { user: "urgences", path: CASE, wait: 800, full: true },
  read: { user: "neuro", path: `${CASE}/read`, wait: 6000 },
  dispatch: { user: "regul", path: `${CASE}/dispatch`, wait: 800, full: true },
  dispatchrecord: {
    user: "regul",
    path: `${CASE}/dispatch`,
    act: async (p) => {
      await p
        .locator(".plan")
        .nth(1)
        .getByRole("button", { name: /^(Choisir|Choose)/ })
        .click();
      await p.locator("textarea").fill("Route coupée, équipage prêt.");
      await p.locator("form .button-primary").click();
      await p.getByTestId("dispatch-actual").getByRole("button").first().click();
      await p.locator("[name=actual-departure]").fill("3:10");
      await p.locator("[name=actual-departure]").blur();
    },
    full: true,
  },
  record: { user: "regul", path: `${CASE}/dispatch/record`, wait: 800, full: true },
  foresight: { user: "regul", path: "/dispatch", wait: 800, full: true },
  empty: {
    user: "urgences",
    path: "/worklist",
    before: (p) =>
      p.route("**/api/v1/worklist", (r) =>
        r.fulfill({ json: { generated_at: new Date().toISOString(), items: [] } }),
      ),
  },
  failed: {
    user: "neuro",
    path: "/worklist",
    before: (p) =>
      p.route("**/api/v1/worklist", (r) =>
        r.fulfill({
          status: 503,
          contentType: "application/problem+json",
          json: { title: "La base de données ne répond pas", status: 503, detail: "Nouvel essai possible." },
        }),
      ),
  },
  offline: {
    user: "neuro",
    path: "/worklist",
    act: async (p) => {
      await p.waitForSelector("[data-case]");
      await p.context().setOffline(true);
    },
    wait: 1500,
  },
  skeleton: {
    user: "neuro",
    path: "/worklist",
    before: (p) => p.route("**/api/v1/worklist", () => {}),
  },
  calling: {
    user: "urgences",
    path: CASE,
    act: async (p) => {
      await p.getByRole("button", { name: "Appeler" }).click();
    },
    wait: 800,
  },
  decided: {
    user: "neuro",
    path: `${CASE}/read`,
    act: async (p) => {
      await p.getByLabel("Hémorragie").check();
      await p.getByRole("tab", { name: "Compte rendu" }).click();
    },
    wait: 5000,
  },
  mirror: {
    user: "neuro",
    path: `${CASE}/read`,
    act: async (p) => {
      await p.waitForTimeout(4000);
      await p.keyboard.press("l");
    },
    wait: 1500,
  },
  seen: {
    user: "neuro",
    path: `${CASE}/read`,
    act: async (p) => {
      await p.getByRole("tab", { name: "IA" }).click();
    },
    wait: 5000,
    full: true,
  },
  admin: { user: "admin", path: "/admin", wait: 800 },
  models: {
    user: "admin",
    path: "/admin",
    act: async (p) => {
      await p.getByRole("button", { name: "Modèles" }).click();
      await p.locator(".model-site").first().locator("summary").click();
    },
    wait: 800,
    tall: true,
  },
};

for (const [name, screen] of Object.entries(SCREENS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    if (process.env.ONLY && process.env.ONLY !== size) continue;
    const context = await browser.newContext({
      viewport: { width, height },
      permissions: ["camera", "microphone"],
    });
    const page = await context.newPage();
    page.on(
      "console",
      (m) => ["error", "warning"].includes(m.type()) && console.log(name, size, m.text().slice(0, 300)),
    );
    page.on("pageerror", (e) => console.log(name, size, "PAGE ERROR", String(e).slice(0, 500)));
    await page.goto(`${base}/login`);
    await page.evaluate(() => fetch("/api/v1/sessions/current", { method: "DELETE" }));
    if (screen.user) {
      await page.evaluate(
        (u) =>
          fetch("/api/v1/sessions", { method: "POST", body: JSON.stringify({ username: u, password: "x" }) }),
        screen.user,
      );
    }
    await page.evaluate((lang) => localStorage.setItem("vigie.lang", lang), process.env.SPEAK ?? "fr");
    await screen.before?.(page);
    await page.goto(base + screen.path);
    await page.waitForTimeout(400);
    await screen.act?.(page);
    await page.waitForTimeout(screen.wait ?? 300);
    await page.screenshot({
      path: `${out}/${name}-${size}.png`,
      fullPage: Boolean(screen.tall) || (Boolean(screen.full) && size === "phone"),
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.log(name, size, `scrolls sideways by ${wide}px`);
    if (process.env.AXE) {
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const v of violations) {
        console.log(
          name,
          size,
          v.impact,
          v.id,
          v.nodes
            .map((n) => n.target.join(" "))
            .join(" | ")
            .slice(0, 300),
        );
      }
    }
    await context.close();
  }
}
await browser.close();
await server.close();
process.exit(0);

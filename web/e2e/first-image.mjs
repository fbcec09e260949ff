/**
 * Time from navigation to the first image on screen and to the last one loaded, on the reading page of the first
 * case that has images: `npm run first-image -- DEMO_JSON`. Its last line is JSON, in milliseconds.
 */
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const demo = JSON.parse(readFileSync(process.argv[2] ?? process.env.VIGIE_DEMO_JSON, "utf8"));
const user = demo.users.find((u) => u.role === "neurologist");
const headers = { Authorization: `Bearer ${user.token}` };
const list = await (await fetch(`${demo.http}/api/v1/worklist`, { headers })).json();
const item = list.items.find((i) => i.imaging.instances > 0);
if (!item) throw new Error("no case has images yet");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
await page.goto(`${demo.http}/login`);
await page.getByLabel("Identifiant").fill(user.username);
await page.getByLabel("Mot de passe").fill(user.password);
await page.getByRole("button", { name: "Se connecter" }).click();
await page.getByRole("heading", { name: "Liste de travail" }).waitFor();

const begun = performance.now();
await page.goto(`${demo.http}/cases/${item.case_id}/read`, { waitUntil: "commit" });
await page.waitForSelector('.viewer[data-painted="true"]');
const first = performance.now() - begun;
await page.waitForFunction(() => {
  const viewer = document.querySelector(".viewer");
  return viewer && viewer.dataset.loaded === viewer.dataset.slices && viewer.dataset.slices !== "0";
});
const all = performance.now() - begun;
await browser.close();
console.log(JSON.stringify({ first_ms: Math.round(first), all_ms: Math.round(all) }));

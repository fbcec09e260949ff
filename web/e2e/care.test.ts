/** Those beside the patient at their work, in French and in English: the emergency physician, the readers, the scanner. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clockWords } from "../src/clocks/words";
import { noticeWords } from "../src/notices/words";
import { protocolWords } from "../src/protocol/words";
import { reportWords } from "../src/reading/report/words";
import { readingWords } from "../src/reading/words";
import { scaleWords } from "../src/scales/words";
import { raiseAlert } from "./pages/alert";
import { signedIn } from "./pages/sign-in";
import { accessible, inWords, launch, pictures, silent, starting } from "./support/browser";
import { answerAll, answerCall, asMachine, type Demo, imagedCases, readDemo } from "./support/demo";

/** Every page at every size is in `roles.test.ts`; here, the two that people work at. */
const SIZES = ["laptop", "phone"] as const;

let demo: Demo;
let browser: Browser;
let imaged: string[] = [];

beforeAll(async () => {
  demo = readDemo();
  await answerAll(demo);
  browser = await launch();
  imaged = await imagedCases(demo);
  expect(imaged.length, "cases with images in the demonstration").toBeGreaterThan(0);
});

afterAll(() => browser?.close());

/** Answers every item with its level of that rank, as a thumb would, and gives the number of items. */
async function scoreAll(page: Page, rank: (item: number) => number): Promise<number> {
  const review = page.locator(".review");
  const level = page.locator(".stepper-level");
  for (let item = 0; ; item++) {
    await level.first().or(review).waitFor();
    if (await review.isVisible()) return item;
    const heading = page.locator(".stepper-item");
    const asked = await heading.innerText();
    await level.nth(rank(item)).click();
    await page.waitForFunction((was) => document.querySelector(".stepper-item")?.textContent !== was, asked);
  }
}

describe.each([
  { code: "fr", name: "French", family: "Aubry", study: 0 },
  { code: "en", name: "English", family: "Bray", study: 1 },
] as const)("in $name", ({ code, family, study }) => {
  let caseId = "";

  it("the emergency physician alerts, scores the NIHSS and enters the door, on a phone", async () => {
    const page = await signedIn(browser, demo, "emergency", code, "phone");
    const patient = { givenName: "Jean", birthDate: "03/05/1947", patientId: `CARE-${code}` };
    caseId = await raiseAlert(page, { ...patient, familyName: family, nihss: "14", race: "6" }, code);
    await answerCall(demo, caseId);
    await accessible(page, "alerted");
    await pictures(page, `care-alerted-${code}`, ["phone"]);

    const s = inWords(scaleWords, code);
    await page.goto(`/cases/${caseId}/score/nihss`);
    await page.locator(".stepper-level").first().waitFor();
    await accessible(page, "an item of the NIHSS");
    await pictures(page, `care-nihss-item-${code}`, ["phone"]);
    expect(await scoreAll(page, (item) => (item === 0 ? 1 : 0))).toBe(15);
    await pictures(page, `care-nihss-review-${code}`, ["phone"]);
    await page.getByRole("button", { name: s.send, exact: true }).click();
    await page.getByText(s.recorded, { exact: true }).waitFor();
    await accessible(page, "NIHSS recorded");
    await pictures(page, `care-nihss-${code}`, ["phone"]);

    const c = inWords(clockWords, code);
    await page.goto(`/cases/${caseId}`);
    const clocks = page.locator(".clocks");
    await clocks.locator(".stretch").first().waitFor();
    await clocks
      .getByRole("button", { name: starting(c.enter_of("")) })
      .first()
      .click();
    await clocks.getByRole("button", { name: c.now, exact: true }).click();
    await clocks.getByRole("button", { name: c.save, exact: true }).click();
    await clocks
      .getByText(starting(c.by("")))
      .first()
      .waitFor();
    await accessible(page, "clock board");
    await clocks.scrollIntoViewIfNeeded();
    await pictures(page, `care-clocks-${code}`, SIZES);
    await page.context().close();
  });

  it("the neurologist prescribes the examination, and the technologist confirms what was done", async () => {
    const p = inWords(protocolWords, code);
    const reader = await signedIn(browser, demo, "neurologist", code);
    const scanner = await signedIn(browser, demo, "technologist", code);
    await scanner.goto("/protocols");
    await scanner.getByRole("heading", { name: p.page_title }).waitFor();

    await reader.goto(`/cases/${caseId}`);
    await reader.getByRole("button", { name: p.prescribe }).click();
    await reader.getByRole("button", { name: p.preset.head_angiography, exact: true }).click();
    await reader.getByRole("button", { name: p.send, exact: true }).click();
    await reader.getByText(p.needed).first().waitFor();
    await reader.getByLabel(p.reason).fill(code === "fr" ? "Déficit gauche brutal" : "Sudden left deficit");
    await accessible(reader, "a prescription");
    await pictures(reader, `care-prescribing-${code}`, SIZES);
    await reader.getByRole("button", { name: p.send, exact: true }).click();
    await reader.getByText(p.state.prescribed).waitFor();

    const order = scanner.locator(".order-list .card").filter({ hasText: family.toUpperCase() });
    await order.getByText(p.state.prescribed).waitFor();
    await accessible(scanner, "an order");
    await pictures(scanner, `care-order-${code}`, SIZES);
    await order.getByRole("button", { name: p.acknowledge }).click();
    await order.getByText(p.state.acknowledged).waitFor();
    await order.getByRole("button", { name: p.deviate }).click();
    const said = code === "fr" ? "Sans angioscanner : pas de voie" : "No angiography: no line";
    await order.getByLabel(p.deviation).fill(said);
    await order.getByRole("button", { name: p.confirm, exact: true }).click();
    await order.getByText(p.state.deviated).waitFor();
    await scanner.getByRole("heading", { name: p.closed_title }).waitFor();
    await pictures(scanner, `care-order-closed-${code}`, SIZES);
    await reader.getByText(said).waitFor();
    await Promise.all([reader.context().close(), scanner.context().close()]);
  });

  it("the neurologist, who had accepted, is told quietly that another reader took and decided the case", async () => {
    const t = inWords(noticeWords, code);
    const page = await signedIn(browser, demo, "neurologist", code);
    await asMachine(demo, "radiologist", `/cases/${caseId}/claim`, {});
    await page.locator(".bell summary").click();
    const told = page.locator(".bell-told li", { has: page.locator(`a[href="/cases/${caseId}"]`) });
    await told.getByText(code === "fr" ? "lit le cas" : "reads the case").waitFor();
    expect(await page.locator(".curtain, .call-strip").count(), "nothing interrupts").toBe(0);
    await accessible(page, "not expected any more");
    await pictures(page, `care-stood-down-${code}`, SIZES);
    // Decided, so that no hold lapses and calls somebody into a later test.
    const decision = { diagnosis: "mimic", treatments: ["none"] };
    await asMachine(demo, "radiologist", `/cases/${caseId}/decision`, decision);
    await told.getByText(code === "fr" ? "a posé le diagnostic" : "has made the diagnosis").waitFor();
    await told.getByRole("button", { name: starting(t.told_seen) }).click();
    await told.waitFor({ state: "detached" });
    await page.reload();
    await page.locator(".bell summary").click();
    await page.getByRole("link", { name: t.bell_settings }).waitFor();
    expect(await told.count(), "seen, it is gone").toBe(0);
    await page.context().close();
  });

  it("the neurologist reports with the ASPECTS, signs and opens the PDF", async () => {
    const t = inWords(readingWords, code);
    const r = inWords(reportWords, code);
    const page = await signedIn(browser, demo, "neurologist", code);
    const of = imaged[study] ?? imaged[0];
    await page.goto(`/cases/${of}/read`);
    await page.getByRole("tab", { name: t.tab_report }).click();
    const form = page.getByRole("tabpanel");
    await form
      .getByLabel(t.conclusion)
      .or(form.getByRole("button", { name: r.correct }))
      .first()
      .waitFor();
    if (await form.getByRole("button", { name: r.correct }).isVisible())
      await form.getByRole("button", { name: r.correct }).click();
    const proposed = form.getByRole("button", {
      name: starting(r.confirm_item_label("", "").split(",")[0] ?? ""),
    });
    while ((await proposed.count()) > 0) await proposed.first().click();
    const open = form.getByRole("button", { name: r.aspects_open });
    if (await open.isVisible()) await open.click();
    await form
      .getByRole("button", { name: r.region_says(r.region.insula, r.side.left, r.change.spared) })
      .click();
    await form.getByText(r.aspects_score("10", "9")).waitFor();
    await form.getByLabel(t.conclusion).fill(code === "fr" ? "Relu de nuit." : "Read at night.");
    await form.getByLabel(t.recommendation).fill(code === "fr" ? "Surveillance." : "Monitoring.");
    await form.getByLabel(t.confirm).check();
    await accessible(page, "a report with its ASPECTS");
    await pictures(page, `care-report-${code}`, SIZES);
    await form.getByRole("button", { name: t.sign }).click();
    const paper = form.getByRole("link", { name: starting(r.paper(1).slice(0, -1)) }).first();
    await paper.waitFor();
    await pictures(page, `care-signed-${code}`, SIZES);
    const answer = await page.request.get((await paper.getAttribute("href")) ?? "");
    expect(answer.headers()["content-type"]).toContain("application/pdf");
    expect((await answer.body()).subarray(0, 5).toString()).toBe("%PDF-");
    await page.context().close();
  });
});

it("let no error and no refused policy pass unseen", () => expect(silent).toEqual([]));

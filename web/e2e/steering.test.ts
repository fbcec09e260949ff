/** Those who steer, in French and in English: the regulator's decision and its sequel, the administrator, the auditor. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminWords } from "../src/admin/words";
import { recordWords } from "../src/dispatch/record-words";
import { dispatchWords } from "../src/dispatch/words";
import { indicatorWords } from "../src/indicators/words";
import { rotaWords } from "../src/rota/words";
import { common } from "../src/shared/i18n/common";
import { signedIn } from "./pages/sign-in";
import { accessible, inWords, launch, pictures, silent } from "./support/browser";
import { alerted, answerAll, asMachine, type Demo, readDemo } from "./support/demo";

/** Every page at every size is in `roles.test.ts`; here, the two that people work at. */
const SIZES = ["laptop", "phone"] as const;

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  demo = readDemo();
  await answerAll(demo);
  browser = await launch();
});

afterAll(() => browser?.close());

/** The hour of the wall clock that the pages show. */
const hour = () => new Date().toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris", timeStyle: "short" });

describe.each([
  { code: "fr", name: "French", pool: 0 },
  { code: "en", name: "English", pool: 1 },
] as const)("in $name", ({ code, pool }) => {
  it("the regulator decides against a gate, thinks better of it, and holds what happened against it", async () => {
    const caseId = await alerted(demo, `STEER-${code}`, code === "fr" ? "Carlier" : "Carter");
    const d = inWords(dispatchWords, code);
    const r = inWords(recordWords, code);
    const page = await signedIn(browser, demo, "regulator", code);
    await page.goto(`/cases/${caseId}/dispatch`);
    await page.getByLabel(d.weather_of.grounded).check();
    const blocked = page.locator(".plan-blocked").first();
    await blocked.getByRole("button", { name: d.against_of("").trim() }).click();
    const decision = page.locator("form.card");
    await decision.getByLabel(d.reason, { exact: true }).fill(code === "fr" ? "Gain de temps" : "Faster");
    await decision.getByRole("button", { name: d.decide }).click();
    await decision.getByText(d.despite_missing).waitFor();
    await accessible(page, "against a gate");
    await pictures(page, `steer-against-${code}`, SIZES);
    const despite =
      code === "fr" ? "Le pilote décolle, appelé à l'instant." : "The pilot takes off, just called.";
    await decision.getByLabel(d.despite).fill(despite);
    await decision.getByRole("button", { name: d.decide }).click();
    const decided = page.getByTestId("dispatch-decision");
    await decided.getByText(despite).waitFor();

    await decided.getByRole("button", { name: d.decide_again }).click();
    await page.locator(".plan-recommended").getByRole("button").click();
    await decision
      .getByLabel(d.reason, { exact: true })
      .fill(code === "fr" ? "Le ciel se ferme." : "The sky closes.");
    await decision.getByRole("button", { name: d.decide }).click();
    await decided.getByText(code === "fr" ? "Le ciel se ferme." : "The sky closes.").waitFor();
    await pictures(page, `steer-decided-${code}`, SIZES);

    const actual = page.getByTestId("dispatch-actual");
    await actual.getByRole("button", { name: r.enter }).click();
    await actual.getByLabel(r.moments.departure).fill(hour());
    await actual.getByRole("button", { name: r.save }).click();
    await actual.getByRole("columnheader", { name: r.real }).waitFor();
    await accessible(page, "foreseen and real");
    await pictures(page, `steer-actual-${code}`, SIZES, actual);

    await actual.getByRole("link", { name: r.record }).click();
    await page.getByRole("heading", { name: r.title }).waitFor();
    await page.getByText(r.intact).first().waitFor();
    await page.getByText(r.earlier(1)).click();
    await page.getByText(despite).waitFor();
    await accessible(page, "dispatch record");
    await pictures(page, `steer-record-${code}`, SIZES);
    await page.emulateMedia({ media: "print" });
    await pictures(page, `steer-printed-${code}`, ["laptop"]);
    await page.emulateMedia({ media: "screen" });
    await page.goto("/dispatch");
    await page.getByRole("heading", { name: r.overall_title }).waitFor();
    await page.getByText(r.plus).waitFor();
    await pictures(page, `steer-foresight-${code}`, SIZES);
    await page.context().close();
  });

  it("the administrator changes the rota, asks how many readers tonight needs, and takes the figures away", async () => {
    const t = inWords(rotaWords, code);
    const a = inWords(adminWords, code);
    const page = await signedIn(browser, demo, "admin", code);
    await page.goto("/rota");
    await page.getByRole("button", { name: t.edit, exact: true }).nth(pool).click();
    await page.getByRole("button", { name: t.add_shift }).click();
    const line = page.locator(".rota-line").last();
    await line.getByLabel(t.level_label).selectOption("3");
    const from = line.getByLabel(t.from, { exact: true });
    await from.fill("8 PM");
    await page.getByRole("button", { name: t.save, exact: true }).click();
    await line.getByText(inWords(common, code).time_error).waitFor();
    await accessible(page, "a time that is none");
    await from.fill("20h30");
    await from.press("Tab");
    expect(await from.inputValue()).toBe("20:30");
    await accessible(page, "a pool's form");
    await pictures(page, `steer-rota-form-${code}`, SIZES, line);
    await page.getByRole("button", { name: t.save, exact: true }).click();
    await page.getByText(t.level(3)).first().waitFor();
    await pictures(page, `steer-rota-${code}`, SIZES);

    await page.goto("/admin");
    await page.getByRole("button", { name: a.staffing }).click();
    await page.locator(".staffing-answer").waitFor();
    await accessible(page, "staffing");
    await pictures(page, `steer-staffing-${code}`, SIZES);
    await page.goto("/indicators");
    await takesFigures(page, code);
    await accessible(page, "indicators");
    await pictures(page, `steer-indicators-${code}`, SIZES);
    await page.context().close();
  });

  it("the administrator imports a table of duties: looked at first, and refused whole for one bad line", async () => {
    const t = inWords(rotaWords, code);
    const year = code === "fr" ? 2030 : 2031;
    const duty = (day: number, person: string) =>
      `neurologues;2;${person};${year}-12-${day}T20:00;${year}-12-${day + 1}T08:00`;
    const columns = "pool;level;person;from;to";
    const page = await signedIn(browser, demo, "admin", code);
    await page.goto("/rota");
    const card = page.locator(".rota-import");
    await card.getByText(t.import_title).click();
    const keep = card.getByRole("button", { name: t.import_take });
    const look = card.getByRole("button", { name: t.import_look });

    const before = await exceptions();
    const good = [columns, duty(24, "radio"), duty(25, "radio")].join("\r\n");
    await card
      .getByLabel(t.import_file)
      .setInputFiles({ name: "gardes.csv", mimeType: "text/csv", buffer: Buffer.from(good) });
    await look.click();
    await card.getByText(t.import_pool(2, 0)).waitFor();
    expect(await exceptions(), "looked at only").toEqual(before);
    await accessible(page, "what a table would change");
    await pictures(page, `steer-import-${code}`, SIZES, keep);
    await keep.click();
    await card.getByText(t.saved).waitFor();
    expect(await exceptions()).toHaveLength(before.length + 2);

    const kept = await exceptions();
    await card.getByLabel(t.import_table).fill([columns, duty(26, "radio"), duty(27, "personne")].join("\n"));
    await look.click();
    const refusal = card.getByRole("alert");
    await refusal.getByText(t.import_line(3)).waitFor();
    await refusal.getByText(code === "fr" ? "Aucun compte de ce nom" : "No account of this name").waitFor();
    await refusal.getByText(t.import_wrong(1)).waitFor();
    expect(await keep.isDisabled()).toBe(true);
    await accessible(page, "a table refused");
    await pictures(page, `steer-import-refused-${code}`, SIZES, refusal);
    expect(await exceptions()).toEqual(kept);

    const weeks = page.locator(".card").filter({ hasText: "neurologues" });
    await weeks.getByRole("button", { name: t.edit, exact: true }).click();
    const line = page.locator(".rota-line").last();
    expect(await line.getByLabel(inWords(common, code).time, { exact: true }).first().inputValue()).toBe(
      "20:00",
    );
    await accessible(page, "dated exceptions");
    await pictures(page, `steer-exceptions-${code}`, SIZES, line);
    await page.context().close();
  });

  it("the auditor finds the decision in the log, and takes the figures away", async () => {
    const a = inWords(adminWords, code);
    const page = await signedIn(browser, demo, "auditor", code);
    await page.goto("/indicators");
    await takesFigures(page, code);
    await page.goto("/admin");
    const found = page.getByText("dispatch.decide").first();
    const more = page.getByRole("button", { name: a.more, exact: true });
    const first = page.locator(".records tbody tr").first();
    await first.waitFor();
    while (!(await found.isVisible())) {
      const was = await first.innerText();
      await more.click();
      await page.waitForFunction(
        (text) => document.querySelector<HTMLElement>(".records tbody tr")?.innerText !== text,
        was,
      );
      await first.waitFor();
    }
    await accessible(page, "audit log");
    await pictures(page, `steer-audit-${code}`, SIZES);
    await page.context().close();
  });
});

/** The dated exceptions of the neurologists' pool, as the server has them. */
async function exceptions(): Promise<unknown[]> {
  type Pools = { pools: { id: string; exceptions: unknown[] }[] };
  const { pools } = await asMachine<Pools>(demo, "admin", "/rota");
  return pools.find((pool) => pool.id === "neurologues")?.exceptions ?? [];
}

async function takesFigures(page: Awaited<ReturnType<typeof signedIn>>, code: "fr" | "en"): Promise<void> {
  const link = page.getByRole("link", { name: inWords(indicatorWords, code).download });
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const [head, ...lines] = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  expect(head).toMatch(/^site[,;]month/);
  expect(lines.length).toBeGreaterThan(0);
}

it("let no error and no refused policy pass unseen", () => expect(silent).toEqual([]));

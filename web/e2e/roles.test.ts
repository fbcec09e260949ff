/**
 * Every page of every role, in French and in English, at the three sizes: without a serious finding of axe, without
 * scrolling sideways, and pictured for a person to look at.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signedIn } from "./pages/sign-in";
import { accessible, launch, pictures, silent } from "./support/browser";
import { answerAll, asMachine, type Demo, readDemo } from "./support/demo";

const ROLES = [
  "emergency",
  "technologist",
  "neurologist",
  "radiologist",
  "regulator",
  "auditor",
  "admin",
] as const;
type Role = (typeof ROLES)[number];

/** Pages of one case, by who works on them. */
const CASE_PAGES: Record<Role, readonly string[]> = {
  emergency: ["", "/score", "/score/nihss"],
  technologist: [""],
  neurologist: ["", "/read", "/score", "/score/thrombolysis"],
  radiologist: ["/read"],
  regulator: ["", "/dispatch", "/dispatch/record"],
  auditor: [],
  admin: [],
};

const LANGUAGES = [
  { code: "fr", name: "French" },
  { code: "en", name: "English" },
] as const;

let demo: Demo;
let browser: Browser;
let caseId = "";

beforeAll(async () => {
  demo = readDemo();
  await answerAll(demo);
  browser = await launch();
  const list = await asMachine<{ items: { case_id: string; imaging: { instances: number } }[] }>(
    demo,
    "neurologist",
    "/worklist",
  );
  caseId = list.items.find((item) => item.imaging.instances > 0)?.case_id ?? "";
  expect(caseId, "a case with images in the demonstration").not.toBe("");
});

afterAll(() => browser?.close());

/** Where the bar leads this role, then its pages of the case. */
async function paths(page: Page, role: Role): Promise<string[]> {
  const links = await page
    .locator(".bar-nav a")
    .evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
  return [...links, ...CASE_PAGES[role].map((sub) => `/cases/${caseId}${sub}`)];
}

/** A page is there once it has a heading and nothing in it is still being asked for. */
async function settled(page: Page): Promise<void> {
  await page.locator("main h1, main h2").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".page-wait, [aria-busy=true]") === null);
}

const slug = (path: string) => path.replace(caseId, "case").split("/").filter(Boolean).join("-") || "home";

describe.each(ROLES)("the pages of the %s", (role) => {
  it.each(LANGUAGES)("in $name", async ({ code }) => {
    const page = await signedIn(browser, demo, role, code);
    for (const path of await paths(page, role)) {
      await page.goto(path);
      await settled(page);
      const name = `${role}-${slug(path)}-${code}`;
      expect(await page.locator("html").getAttribute("lang"), name).toBe(code);
      await accessible(page, name);
      await pictures(page, name);
    }
    await page.context().close();
  });
});

it("let no error and no refused policy pass unseen", () => expect(silent).toEqual([]));

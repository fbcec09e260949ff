import type { Browser, Page } from "playwright-core";
import { sessionWords } from "../../src/session/words";
import { type Code, inWords, newPage, type Size } from "../support/browser";
import { type Demo, userOf } from "../support/demo";

export async function signIn(page: Page, demo: Demo, role: string): Promise<void> {
  const user = userOf(demo, role);
  await page.goto("/login");
  await page.getByLabel("Identifiant").fill(user.username);
  await page.getByLabel("Mot de passe").fill(user.password);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("heading", { name: "Liste de travail" }).waitFor();
}

/** A browser of one's own, signed in as a role and speaking that language from its first page on. */
export async function signedIn(
  browser: Browser,
  demo: Demo,
  role: string,
  code: Code,
  size: Size = "laptop",
): Promise<Page> {
  const page = await newPage(browser, demo.http, size, code);
  const user = userOf(demo, role);
  const t = inWords(sessionWords, code);
  await page.goto("/login");
  await page.getByLabel(t.username).fill(user.username);
  await page.getByLabel(t.password).fill(user.password);
  await page.getByRole("button", { name: t.submit }).click();
  await page.locator(".bar-nav a").first().waitFor();
  return page;
}

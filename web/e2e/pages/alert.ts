import type { Page } from "playwright-core";
import { alertWords } from "../../src/alert/words";
import { common } from "../../src/shared/i18n/common";
import { type Code, inWords } from "../support/browser";

export interface AlertWords {
  familyName: string;
  givenName: string;
  birthDate: string;
  patientId: string;
  nihss: string;
  race: string;
}

/** Fills the alert as a person with a phone would, and gives the case it opened. */
export async function raiseAlert(page: Page, words: AlertWords, code: Code = "fr"): Promise<string> {
  const t = inWords(alertWords, code);
  await page.getByRole("link", { name: inWords(common, code).nav_alert }).click();
  await page.getByLabel(t.family_name, { exact: true }).fill(words.familyName);
  await page.getByLabel(t.given_name).fill(words.givenName);
  await page.getByLabel(t.birth_date).pressSequentially(words.birthDate.replaceAll("/", ""));
  await page.getByLabel(t.patient_id).fill(words.patientId);
  await page.getByRole("group", { name: t.sex }).getByLabel("F", { exact: true }).check();
  await page.getByLabel(t.onset_known, { exact: true }).check();
  await page.getByRole("button", { name: t.onset_ago("1 h") }).click();
  await page.getByLabel(t.nihss).fill(words.nihss);
  await page.getByLabel(t.race).fill(words.race);
  await page.getByRole("group", { name: t.anticoagulant }).getByLabel(t.anticoagulants.doac).check();
  await page.getByRole("button", { name: t.submit }).click();
  await page.waitForURL(/\/cases\/[0-9a-f-]+$/);
  return page.url().split("/").pop() ?? "";
}

import type { Page } from "playwright-core";

export interface AlertWords {
  familyName: string;
  givenName: string;
  birthDate: string;
  patientId: string;
  nihss: string;
  race: string;
}

/** Fills the alert as a person with a phone would, and gives the case it opened. */
export async function raiseAlert(page: Page, words: AlertWords): Promise<string> {
  await page.getByRole("link", { name: "Nouvelle alerte" }).click();
  await page.getByLabel("Nom *", { exact: true }).fill(words.familyName);
  await page.getByLabel("Prénom *").fill(words.givenName);
  await page.getByLabel("Naissance *").pressSequentially(words.birthDate.replaceAll("/", ""));
  await page.getByLabel("IPP *").fill(words.patientId);
  await page.getByRole("group", { name: "Sexe *" }).getByLabel("F", { exact: true }).check();
  await page.getByLabel("Connu", { exact: true }).check();
  await page.getByRole("button", { name: "Il y a 1 h" }).click();
  await page.getByLabel("NIHSS (0–42)").fill(words.nihss);
  await page.getByLabel("RACE (0–9)").fill(words.race);
  await page.getByRole("group", { name: "Anticoagulant *" }).getByLabel("AOD").check();
  await page.getByRole("button", { name: "Lancer l'alerte" }).click();
  await page.waitForURL(/\/cases\/[0-9a-f-]+$/);
  return page.url().split("/").pop() ?? "";
}

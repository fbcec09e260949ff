import type { Page } from "playwright-core";
import { type Demo, userOf } from "../support/demo";

export async function signIn(page: Page, demo: Demo, role: string): Promise<void> {
  const user = userOf(demo, role);
  await page.goto("/login");
  await page.getByLabel("Identifiant").fill(user.username);
  await page.getByLabel("Mot de passe").fill(user.password);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("heading", { name: "Liste de travail" }).waitFor();
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';

const folder = join(
  import.meta.dirname,
  '../../content/lessons/04-pods-and-services/labs/from-a-name-to-a-pod',
);

/** The lesson's manifests, mended. */
export const SOLUTION = readFileSync(join(folder, 'solution/hello.yaml'), 'utf8');

export const LANGUAGES = [
  { locale: 'es', address: 'es/lessons/pods-y-services/', run: 'Ejecutar', done: 'Hecho' },
  { locale: 'en', address: 'en/lessons/pods-and-services/', run: 'Run', done: 'Done' },
] as const;

/** The terminal that is in sight. */
const shown = (page: Page) => page.locator('.screen__machine:not([hidden])');
export const screen = (page: Page): Locator => shown(page).locator('.xterm-rows');
export const goal = (page: Page, id: string): Locator => page.locator(`[data-goal="${id}"]`);
export const terminalTab = (page: Page, name: string): Locator =>
  page.locator(`[data-tabs="terminals"] [data-terminal="${name}"]`);

/** Opens the lesson and its lab, and waits until the prompt is there. */
export async function openLab(page: Page, address: string = LANGUAGES[1].address): Promise<void> {
  await page.goto(address);
  await page.locator('[data-do="open"]').click();
  await expect(page.locator('hop-lab[data-open]')).toBeVisible({ timeout: 60_000 });
  await expect(screen(page)).toContainText('$');
}

export async function focusTerminal(page: Page): Promise<void> {
  await shown(page).locator('.xterm-helper-textarea').focus();
}

/** Types a line and sends it. */
export async function type(page: Page, line: string): Promise<void> {
  await focusTerminal(page);
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Waits until no terminal runs a command. */
export async function quiet(page: Page): Promise<void> {
  await expect(page.locator('.tabs__busy')).toHaveCount(0);
}

/** What stands on the screen, wrapped rows joined. */
export async function screenText(page: Page): Promise<string> {
  return screen(page).evaluate((rows) => [...rows.children].map((row) => row.textContent).join(''));
}

/** Expects a text on the screen, wherever the rows break it. */
export async function expectOnScreen(page: Page, text: string | RegExp): Promise<void> {
  await expect(async () => {
    // What is out of sight is not drawn.
    await screen(page).scrollIntoViewIfNeeded({ timeout: 2_000 });
    const seen = await screenText(page);
    if (typeof text === 'string') expect(seen).toContain(text);
    else expect(seen).toMatch(text);
  }).toPass({ timeout: 20_000 });
}

/** Pastes a text over what the open file says. */
export async function rewrite(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
  await page.keyboard.press('Control+Home');
}

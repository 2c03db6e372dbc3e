import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import {
  expectOnScreen,
  focusTerminal,
  goal,
  LANGUAGES,
  openLab,
  quiet,
  rewrite,
  SOLUTION,
  screen,
} from './lab-page.ts';
import { watchConsole } from './watch-console.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const CURL = 'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace';

for (const { locale, address } of LANGUAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the open lab has no accessibility violation in the ${theme} theme (${locale})`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const complaints = watchConsole(page);
      await openLab(page, address);
      const violations = async () =>
        (await new AxeBuilder({ page }).include('hop-lab').analyze()).violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(' ')}`,
        );
      // A refusal is on show.
      await page.locator('[data-do="run"]').click();
      await expectOnScreen(page, 'not found');
      await quiet(page);
      expect(await violations()).toEqual([]);
      // A trip, a second terminal, and the search box closed again.
      await rewrite(page, SOLUTION);
      await page.keyboard.press('Control+F');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Enter');
      await expectOnScreen(page, 'hello-deployment created');
      await page.locator('[data-do="new-terminal"]').click();
      await focusTerminal(page);
      await page.keyboard.type(CURL);
      await page.keyboard.press('Enter');
      await expect(goal(page, 'answered')).toHaveClass(/is-done/);
      await quiet(page);
      expect(await violations()).toEqual([]);
      expect(complaints()).toEqual([]);
    });
  }

  test(`the lab can be used with the keyboard alone (${locale})`, async ({ page }) => {
    const complaints = watchConsole(page);
    await page.goto(address);
    const focused = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 300) ?? '');
    const tabTo = async (what: RegExp, limit = 60) => {
      for (let presses = 0; presses < limit; presses++) {
        if (what.test(await focused())) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${what} was not reached; at ${await focused()}`);
    };
    // Run, from the page's start, opens the lab and applies the files.
    await tabTo(/data-do="run"/, 120);
    await page.keyboard.press('Enter');
    await expect(page.locator('hop-lab[data-open]')).toBeVisible({ timeout: 60_000 });
    await expectOnScreen(page, 'not found');
    await quiet(page);
    // Into the editor and out of it again with Ctrl+M.
    await tabTo(/native-edit-context|textarea/);
    await page.keyboard.press('Control+M');
    await page.keyboard.press('Tab');
    await tabTo(/role="tab"[^>]*data-terminal=""/);
    await tabTo(/xterm-helper-textarea/);
    await page.keyboard.type('kubectl get nod');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectOnScreen(page, 'control-plane');
    await quiet(page);
    // Tab leaves an empty line; the pieces after it can be reached.
    await page.keyboard.press('Tab');
    await tabTo(/data-layer="kubernetes"/);
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-layer="kubernetes"]')).toHaveAttribute('aria-pressed', 'true');
    await expect(screen(page)).toBeVisible();
    expect(complaints()).toEqual([]);
  });
}

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { watchConsole } from './watch-console.ts';

const PAGES = [
  '',
  'es/',
  'en/',
  'es/lessons/pods-y-services/',
  'en/lessons/pods-and-services/',
  'es/lessons/ingress/',
  'en/lessons/pods-on-different-nodes/',
  'en/glossary/',
  'es/comandos/',
  'nowhere/',
] as const;

for (const address of PAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`/${address} has no accessibility violation in the ${theme} theme, and fits every width`, async ({
      page,
    }) => {
      const complaints = watchConsole(page);
      await page.addInitScript(() => localStorage.setItem('hop.language', 'en'));
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.goto(address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(' ')}`),
      ).toEqual([]);
      for (const width of [320, 390, 768, 1024, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `horizontal overflow at ${width} px`).toBeLessThanOrEqual(0);
      }
      expect(complaints().filter((complaint) => address !== 'nowhere/' || !/404/.test(complaint))).toEqual(
        [],
      );
    });
  }
}

test('the language switch keeps the page', async ({ page }) => {
  await page.goto('es/lessons/pods-y-services/');
  await page.locator('header [hreflang="en"]').click();
  await expect(page).toHaveURL(/\/en\/lessons\/pods-and-services\/(#.*)?$/);
  await page.locator('header [hreflang="es"]').click();
  await expect(page).toHaveURL(/\/es\/lessons\/pods-y-services\/(#.*)?$/);
});

test('the first page goes to the browser’s own language once, and offers both for ever', async ({
  browser,
}) => {
  const context = await browser.newContext({ locale: 'es-MX' });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page).toHaveURL(/\/es\/$/);
  await page.goto('/');
  await expect(page.locator('a[hreflang="en"]').first()).toBeVisible();
  await expect(page.locator('a[hreflang="es"]').first()).toBeVisible();
  await context.close();
});

test('a lesson can be read without JavaScript', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('en/lessons/pods-and-services/');
  await expect(page.locator('h1')).toHaveText('Pods and Services');
  await expect(page.locator('[data-listing="hello.yaml"]')).toContainText('hello-service');
  await context.close();
});

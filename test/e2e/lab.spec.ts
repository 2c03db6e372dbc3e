import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './watch-console.ts';

const lab = join(import.meta.dirname, '../../content/lessons/04-pods-and-services/labs/from-a-name-to-a-pod');
const solution = readFileSync(join(lab, 'solution/hello.yaml'), 'utf8');
const CURL = 'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace';

const LANGUAGES = [
  {
    locale: 'es',
    address: 'es/lessons/pods-y-services/',
    run: 'Ejecutar',
    terminal: 'Terminal',
    done: 'Hecho',
  },
  { locale: 'en', address: 'en/lessons/pods-and-services/', run: 'Run', terminal: 'Terminal', done: 'Done' },
] as const;

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

/** Pastes a text over what the open file says. */
async function rewrite(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
  await page.keyboard.press('Control+Home');
}

async function type(page: Page, line: string): Promise<void> {
  await page.locator('.xterm').first().click();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

const screen = (page: Page) => page.locator('.xterm-rows').first();
const goal = (page: Page, id: string) => page.locator(`[data-goal="${id}"]`);

for (const { locale, address, run, done } of LANGUAGES) {
  test(`a learner finishes the lab (${locale})`, async ({ page }) => {
    const complaints = watchConsole(page);
    await page.goto(address);
    await expect(page.locator('[data-listing="hello.yaml"]')).toContainText('kind: Service');

    // The deck's manifests, as printed: rejected, for the real reason, in the terminal and in the editor's margin.
    await page.getByRole('button', { name: run }).first().click();
    await expect(screen(page)).toContainText('namespaces "hello-namespace" not found', { timeout: 60_000 });
    await expect(goal(page, 'accepted')).not.toHaveClass(/is-done/);
    await expect(page.locator('[data-place="problems"]')).toContainText('hello-namespace');

    // A slip of the keyboard: the place is named, and the cluster stays as it was.
    await rewrite(page, solution.replace('kind: Service\n', 'kind: Service\n  oops: [\n'));
    await expect(page.locator('.monaco-editor .squiggly-error').first()).toBeVisible();

    // Mended: accepted.
    await rewrite(page, solution);
    await expect(page.locator('[data-place="problems"]')).not.toContainText('YAML');
    await page.keyboard.press('Control+Enter');
    await expect(goal(page, 'accepted')).toHaveClass(/is-done/);
    await expect(goal(page, 'accepted')).toContainText(done);

    // By name, from the client's pod.
    await type(page, CURL);
    await expect(screen(page)).toContainText('Hello, world!');
    await expect(goal(page, 'answered')).toHaveClass(/is-done/);

    // Step through the trip with the keyboard until the destination changes, and back.
    const ruler = page.locator('hop-trip [role="slider"]').first();
    await expect(ruler).toBeVisible();
    await ruler.focus();
    const start = Number(await ruler.getAttribute('aria-valuenow'));
    for (let step = 0; step < 60; step++) {
      if (await goal(page, 'found').evaluate((each) => each.classList.contains('is-done'))) break;
      await page.keyboard.press('ArrowRight');
    }
    await expect(goal(page, 'found')).toHaveClass(/is-done/);
    const there = Number(await ruler.getAttribute('aria-valuenow'));
    expect(there).toBeGreaterThan(start);
    await page.keyboard.press('ArrowLeft');
    await expect(ruler).toHaveAttribute('aria-valuenow', String(there - 1));

    await type(page, `for i in $(seq 1 20); do ${CURL}; done`);
    await expect(goal(page, 'replicas')).toHaveClass(/is-done/);
    expect(complaints()).toEqual([]);

    // Nothing is lost on the way back.
    await page.reload();
    await page.getByRole('button', { name: run }).first().click();
    await expect(goal(page, 'replicas')).toHaveClass(/is-done/, { timeout: 60_000 });
    await expect(page.locator('.monaco-editor').first()).toContainText('hello-namespace');
  });
}

test('a broken manifest gets a cluster’s own answer, and changes nothing', async ({ page }) => {
  await page.goto('en/lessons/pods-and-services/');
  await page.getByRole('button', { name: 'Run' }).first().click();
  await expect(page.locator('.xterm-rows').first()).toContainText('not found', { timeout: 60_000 });
  const cases = [
    {
      text: 'apiVersion: v1\nkind: Servise\nmetadata:\n  name: a\n',
      says: 'no matches for kind "Servise" in version "v1"',
    },
    {
      text: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  port: 80\n',
      says: 'unknown field "spec.port"',
    },
  ];
  for (const { text, says } of cases) {
    await rewrite(page, text);
    await page.keyboard.press('Control+Enter');
    await expect(screen(page)).toContainText(says.slice(0, 24));
    await expect(page.locator('.monaco-editor .squiggly-error').first()).toBeVisible();
    await type(page, 'clear; kubectl get svc -A');
    await expect(screen(page)).toContainText('kube-dns');
    await expect(screen(page)).not.toContainText('default       a ');
  }
});

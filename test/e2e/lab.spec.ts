import { expect, test } from '@playwright/test';
import {
  expectOnScreen,
  goal,
  LANGUAGES,
  openLab,
  quiet,
  rewrite,
  SOLUTION,
  screenText,
  type,
} from './lab-page.ts';
import { watchConsole } from './watch-console.ts';

const CURL = 'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

for (const { locale, address, run, done } of LANGUAGES) {
  test(`a learner finishes the lab (${locale})`, async ({ page }) => {
    const complaints = watchConsole(page);
    await page.goto(address);
    await expect(page.locator('[data-listing="hello.yaml"]')).toContainText('kind: Service');

    // The deck's manifests, as printed: rejected, for the real reason, in the terminal and in the editor's margin.
    await page.getByRole('button', { name: run }).first().click();
    await expect(page.locator('hop-lab[data-open]')).toBeVisible({ timeout: 60_000 });
    await expectOnScreen(page, 'namespaces "hello-namespace" not found');
    await quiet(page);
    await expect(goal(page, 'accepted')).not.toHaveClass(/is-done/);
    await expect(page.locator('[data-place="problems"]')).toContainText('hello-namespace');

    // A slip of the keyboard: kubectl says what it says, the place is named, and what stands in front of it is done.
    await rewrite(page, SOLUTION.replace('kind: Service\n', 'kind: Service\n  oops: [\n'));
    await page.keyboard.press('Control+Enter');
    await expectOnScreen(page, 'error: error parsing hello.yaml: error converting YAML to JSON: yaml: line ');
    await quiet(page);
    await expect(page.locator('.monaco-editor .squiggly-error').first()).toBeVisible();
    await expect(page.locator('.monaco-editor').first()).toContainText('oops');
    await expect(page.locator('[data-do="run"]')).toHaveAttribute('aria-disabled', 'false');
    await expect(goal(page, 'accepted')).not.toHaveClass(/is-done/);

    // Mended: accepted.
    await rewrite(page, SOLUTION);
    await expect(page.locator('[data-place="problems"]')).not.toContainText('YAML');
    await page.keyboard.press('Control+Enter');
    await expect(goal(page, 'accepted')).toHaveClass(/is-done/);
    await expect(goal(page, 'accepted')).toContainText(done);

    // By name, from the client's pod.
    await type(page, CURL);
    await expectOnScreen(page, 'Hello, world!');
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

    // A stop chosen on the map is where the strip goes.
    await page.locator('[data-place="map"] [data-netns="node-2"]').focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-place="now"]')).toContainText('node-2');

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
  await openLab(page);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`)}]`).join('\n')}\n`;
  const cases = [
    {
      text: 'apiVersion: v1\nkind: Servise\nmetadata:\n  name: a\n',
      says: 'no matches for kind "Servise" in version "v1"',
      hint: '',
    },
    {
      text: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  port: 80\n',
      says: 'unknown field "spec.port"',
      hint: 'no field',
    },
    { text: bomb, says: 'yaml: document contains excessive aliasing', hint: 'aliases' },
  ];
  for (const { text, says, hint } of cases) {
    await rewrite(page, text);
    await page.keyboard.press('Control+Enter');
    await expectOnScreen(page, says);
    await quiet(page);
    await expect(page.locator('.monaco-editor .squiggly-error').first()).toBeVisible();
    await expect(page.locator('[data-place="problems"]')).toContainText(hint);
    await expect(page.locator('[data-place="problems"]')).not.toContainText('indentation');
    await type(page, 'clear; kubectl get svc -A');
    await expectOnScreen(page, 'kube-dns');
    expect(await screenText(page)).not.toContain('default       a ');
  }
});

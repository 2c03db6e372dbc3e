import { expect, test } from '@playwright/test';
import {
  expectOnScreen,
  focusTerminal,
  openLab,
  quiet,
  rewrite,
  SOLUTION,
  screen,
  screenText,
  terminalTab,
  type,
} from './lab-page.ts';
import { watchConsole } from './watch-console.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('completion, history, Ctrl-R, Ctrl-C, a paste of lines, and keys typed ahead', async ({ page }) => {
  const complaints = watchConsole(page);
  await openLab(page);
  await focusTerminal(page);

  await page.keyboard.type('kubectl get no');
  await page.keyboard.press('Tab');
  await expectOnScreen(page, '$ kubectl get nodes');
  await page.keyboard.press('Enter');
  await expectOnScreen(page, 'control-plane');
  await quiet(page);

  await page.keyboard.type('kubectl describe node node-');
  await page.keyboard.press('Tab');
  await expectOnScreen(page, 'node-1  node-2');
  await page.keyboard.press('Control+C');
  await expectOnScreen(page, 'node-^C');

  await type(page, 'echo one');
  await type(page, 'clear; echo two');
  await quiet(page);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expectOnScreen(page, '$ echo one');
  await page.keyboard.press('Control+C');
  await page.keyboard.press('Control+R');
  await page.keyboard.type('get no');
  await expectOnScreen(page, "(reverse-i-search)'get no': kubectl get nodes");
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+C');

  // Pasted lines stand at the prompt until Enter.
  await page.evaluate(() => navigator.clipboard.writeText('for i in 1 2; do\n  echo pasted-$i\ndone\n'));
  await type(page, 'clear');
  await quiet(page);
  await page.keyboard.press('Control+V');
  await expectOnScreen(page, 'done');
  expect(await screenText(page)).not.toContain('pasted-2');
  await page.keyboard.press('Enter');
  await expectOnScreen(page, 'pasted-2');

  // Nothing that is typed while a command runs is lost.
  await type(page, 'clear; while sleep 1; do echo round; done');
  await expectOnScreen(page, 'round');
  await page.keyboard.type('never sent');
  await page.keyboard.press('Control+C');
  await quiet(page);
  expect(await screenText(page)).not.toContain('never sent');
  await type(page, 'sleep 1');
  await page.keyboard.type('echo ahead');
  await page.keyboard.press('Enter');
  await expectOnScreen(page, 'ahead$');
  expect(complaints()).toEqual([]);
});

test('a flood is stopped at once, and the page stays alive', async ({ page }) => {
  await openLab(page);
  await type(page, 'while true; do echo flood; done');
  await expectOnScreen(page, 'flood');
  await page.waitForTimeout(500);
  // Another piece of the page answers while it runs.
  const layer = page.locator('[data-layer="kubernetes"]');
  await layer.click();
  await expect(layer).toHaveAttribute('aria-pressed', 'true');
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await quiet(page);
  await expectOnScreen(page, /\$ *$/);
});

test('what only looks on in one terminal sees what happens in another', async ({ page }) => {
  const complaints = watchConsole(page);
  await openLab(page);
  await rewrite(page, SOLUTION);
  await page.keyboard.press('Control+Enter');
  await expectOnScreen(page, 'deployment.apps/hello-deployment created');
  await quiet(page);

  await page.locator('[data-do="new-terminal"]').click();
  await expect(terminalTab(page, '/2')).toHaveAttribute('aria-selected', 'true');
  await type(page, 'kubectl get deploy -n hello-namespace -w');
  await expectOnScreen(page, '3/3');
  await expect(terminalTab(page, '/2').locator('.tabs__busy')).toBeAttached();
  await terminalTab(page, '').click();
  await type(page, 'kubectl scale -n hello-namespace deploy/hello-deployment --replicas=5');
  await expectOnScreen(page, 'scaled');
  await terminalTab(page, '/2').click();
  await expectOnScreen(page, '5/5');
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await quiet(page);

  await type(page, 'clear; ssh node-1 tcpdump -n -i any tcp port 80');
  await expectOnScreen(page, 'listening on any');
  await terminalTab(page, '').click();
  await type(page, 'clear; kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace');
  await expectOnScreen(page, 'Hello, world!');
  await terminalTab(page, '/2').click();
  await expectOnScreen(page, /Flags \[F\.\]/);
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await expectOnScreen(page, /packets captured/);

  await type(page, 'clear; kubectl port-forward -n hello-namespace svc/hello-service 8080:80');
  await expectOnScreen(page, 'Forwarding from 127.0.0.1:8080 -> 8080');
  await terminalTab(page, '').click();
  await type(page, 'clear; curl -s http://localhost:8080');
  await expectOnScreen(page, 'Hello, world!');
  await terminalTab(page, '/2').click();
  await expectOnScreen(page, 'Handling connection for 8080');
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await quiet(page);

  // A terminal of one's own is closed with the keyboard; the focus goes to its neighbour.
  await terminalTab(page, '/2').focus();
  await page.keyboard.press('Delete');
  await expect(terminalTab(page, '/2')).toHaveCount(0);
  await expect(terminalTab(page, '')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(terminalTab(page, 'node-1')).toBeFocused();
  await type(page, 'hostname');
  await expectOnScreen(page, 'node-1root@node-1');
  expect(complaints()).toEqual([]);
});

test('kubectl edit opens the editor, and applies what is saved there', async ({ page }) => {
  await openLab(page);
  await page.locator('[data-do="run"]').click();
  await expectOnScreen(page, 'deployment.apps/client created');
  await quiet(page);
  await type(page, 'clear; kubectl edit deploy client');
  const bar = page.locator('.msg--edit');
  await expect(bar).toBeVisible();
  await expect(page.locator('.monaco-editor').first()).toContainText('Please edit the object below');
  await page.keyboard.press('Control+F');
  await expect(page.locator('.find-widget.visible textarea').first()).toBeFocused();
  await page.keyboard.type('  replicas: 1');
  await page.keyboard.press('Escape');
  await page.keyboard.type('  replicas: 2');
  await page.keyboard.press('Control+Enter');
  await expectOnScreen(page, 'deployment.apps/client edited');
  await expect(bar).toHaveCount(0);
  await type(page, 'clear; kubectl get deploy client');
  await expectOnScreen(page, '2/2');

  // Given up with Ctrl-C in the terminal.
  await quiet(page);
  await type(page, 'clear; kubectl edit deploy client');
  await expect(bar).toBeVisible();
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await expect(bar).toHaveCount(0);
  await quiet(page);
});

test('Esc and then Tab leaves the terminal, and so does Shift+Tab', async ({ page }) => {
  await openLab(page);
  await focusTerminal(page);
  const inTerminal = () => page.evaluate(() => document.activeElement?.closest('.screen') !== null);
  await page.keyboard.type('kubectl ge');
  await page.keyboard.press('Tab');
  expect(await inTerminal()).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-place="said"]')).toContainText('Tab');
  await page.keyboard.press('Tab');
  expect(await inTerminal()).toBe(false);
  await focusTerminal(page);
  await page.keyboard.press('Shift+Tab');
  expect(await inTerminal()).toBe(false);
  await expect(screen(page)).toBeVisible();
});

import { expect, type Page, test } from '@playwright/test';
import {
  expectOnScreen,
  focusTerminal,
  goal,
  openLab,
  quiet,
  rewrite,
  SOLUTION,
  terminalTab,
  type,
} from './lab-page.ts';
import { watchConsole } from './watch-console.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const CURL = 'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace';

/** Lets the test reach the simulators that the page starts. */
async function catchWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { Worker: Real } = globalThis;
    const caught: Worker[] = [];
    Object.assign(globalThis, {
      caughtWorkers: caught,
      Worker: class extends Real {
        constructor(...given: ConstructorParameters<typeof Real>) {
          super(...given);
          caught.push(this);
        }
      },
    });
  });
}

/** The latest simulator fails, as one does that has run out of memory; or it stops without a word. */
async function kill(page: Page, how: 'loudly' | 'silently'): Promise<void> {
  await page.evaluate((loud) => {
    const worker = (globalThis as unknown as { caughtWorkers: Worker[] }).caughtWorkers.at(-1)!;
    worker.terminate();
    if (loud) worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
  }, how === 'loudly');
}

test('a simulator that dies is replaced, and nothing is lost', async ({ page }) => {
  const complaints = watchConsole(page);
  await catchWorkers(page);
  await openLab(page);
  await rewrite(page, SOLUTION);
  await page.keyboard.press('Control+Enter');
  await expectOnScreen(page, 'deployment.apps/hello-deployment created');
  await quiet(page);
  await type(page, CURL);
  await expect(goal(page, 'answered')).toHaveClass(/is-done/);
  await quiet(page);

  // While a command runs: the terminal says so where one looks, and works on.
  await page.locator('[data-do="new-terminal"]').click();
  await type(page, 'while sleep 1; do date; done');
  await expectOnScreen(page, '2026');
  await kill(page, 'loudly');
  await expectOnScreen(page, 'The simulator stopped and started again');
  await quiet(page);
  await terminalTab(page, '').click();
  await expectOnScreen(page, 'The simulator stopped and started again');
  await type(page, `clear; ${CURL}`);
  await expectOnScreen(page, 'Hello, world!');
  await expect(goal(page, 'answered')).toHaveClass(/is-done/);
  await expect(page.locator('.monaco-editor').first()).toContainText('hello-namespace');
  await focusTerminal(page);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expectOnScreen(page, /\$ while sleep/);
  await page.keyboard.press('Control+C');

  // While nothing runs: the next thing that asks brings another.
  await kill(page, 'loudly');
  await rewrite(page, `${SOLUTION}\n# a note\n`);
  await type(page, 'clear; kubectl get pods -n hello-namespace');
  await expectOnScreen(page, '1/1');

  // Without a word, in the middle of a command: Ctrl-C, and it goes on.
  await quiet(page);
  await type(page, 'while true; do echo on; sleep 1; done');
  await expectOnScreen(page, /on\s*on/);
  await kill(page, 'silently');
  await page.keyboard.press('Control+C');
  await expectOnScreen(page, 'The simulator stopped and started again');
  await quiet(page);
  await type(page, 'clear; kubectl get svc -n hello-namespace');
  await expectOnScreen(page, 'hello-service');
  expect(complaints()).toEqual([]);
});

test('a reload brings back files, terminals, goals and cluster, before and after the lab is opened', async ({
  page,
}) => {
  await openLab(page);
  await rewrite(page, SOLUTION.replace('replicas: 3', 'replicas: 2'));
  await page.keyboard.press('Control+Enter');
  await expectOnScreen(page, 'deployment.apps/hello-deployment created');
  await quiet(page);
  await page.locator('[data-do="new-terminal"]').click();
  await type(page, 'kubectl get deploy -n hello-namespace -w');
  await expectOnScreen(page, '2/2');
  await terminalTab(page, '').click();
  await type(page, 'kubectl scale -n hello-namespace deploy/hello-deployment --replicas=4');
  await expectOnScreen(page, 'scaled');
  await terminalTab(page, '/2').click();
  await expectOnScreen(page, '4/4');
  await focusTerminal(page);
  await page.keyboard.press('Control+C');
  await quiet(page);

  await page.reload();
  // Closed, it shows the learner's own text and goals.
  await expect(page.locator('[data-listing="hello.yaml"]')).toContainText('replicas: 2');
  await expect(goal(page, 'accepted')).toHaveClass(/is-done/);
  await page.locator('[data-do="open"]').click();
  await expect(page.locator('hop-lab[data-open]')).toBeVisible({ timeout: 60_000 });
  await expectOnScreen(page, 'scaled');
  await terminalTab(page, '/2').click();
  await expectOnScreen(page, '4/4');
  await expectOnScreen(page, '^C');
  await type(page, 'clear; kubectl get deploy -n hello-namespace');
  await expectOnScreen(page, '4/4');
  await quiet(page);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expectOnScreen(page, /\$ kubectl scale -n hello-namespace/);
});

test('a full disk is told once, and the lab works on', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await openLab(page);
  await expect(page.locator('[data-place="toast"]')).toContainText('cannot store any more');
  await type(page, 'kubectl get nodes');
  await expectOnScreen(page, 'control-plane');
  expect(complaints()).toEqual([]);
});

test('without any storage, as in some private windows, the lab works', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await openLab(page);
  await type(page, 'kubectl get nodes');
  await expectOnScreen(page, 'control-plane');
  expect(complaints()).toEqual([]);
});

for (const [what, text] of [
  ['cut short', '{"version":2,"files":[{"na'],
  ['of another shape', '{"version":2,"files":[{"name":"hello.yaml"}],"log":"x","met":[],"history":[]}'],
  [
    'no longer leading anywhere',
    '{"version":2,"files":[{"name":"hello.yaml","text":"a"}],"log":[{"kind":"visit","exchange":9,"packet":9,"hop":9,"step":9},{"kind":"run","line":"cat <<","columns":-1,"terminal":"no-such-node"},{"kind":"end","terminal":"/9","at":5,"stopped":true}],"met":["?"],"history":[]}',
  ],
] as const) {
  test(`what was saved is ${what}: the lab opens all the same`, async ({ page }) => {
    const complaints = watchConsole(page);
    await openLab(page);
    const key = await page.evaluate(() => Object.keys(localStorage).find((each) => /lab/.test(each)));
    await page.evaluate(([name, value]) => localStorage.setItem(name!, value!), [key, text]);
    await page.reload();
    await page.locator('[data-do="open"]').click();
    await expect(page.locator('hop-lab[data-open]')).toBeVisible({ timeout: 60_000 });
    await quiet(page);
    await type(page, 'clear; kubectl get nodes');
    await expectOnScreen(page, 'control-plane');
    expect(complaints()).toEqual([]);
  });
}

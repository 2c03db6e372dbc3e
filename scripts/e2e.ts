/** `npm run test:e2e`: the built site in a real Chromium. Arguments go to Playwright. */
import { ensureChromium } from './chromium.ts';
import { runStep } from './steps.ts';

const chromium = ensureChromium();
if (chromium) process.env.CHROMIUM = chromium;
if (!process.env.SKIP_BUILD) {
  const build = await runStep({ name: 'build', command: ['astro', 'build'] });
  if (build.status !== 0) process.exit(build.status);
}
const { status } = await runStep({ name: 'e2e', command: ['playwright', 'test', ...process.argv.slice(2)] });
process.exitCode = status;

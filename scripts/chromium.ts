import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The Chromium to test with: CHROMIUM names one, else the first one installed. undefined: none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named) return named;
  return CANDIDATES.find((path) => existsSync(path));
}

/**
 * Makes sure that there is a Chromium: an installed one; else Debian's package, as root or with sudo; else Playwright's own
 * download. Answers its path; undefined means that Playwright knows where its own is.
 */
export function ensureChromium(): string | undefined {
  const installed = findChromium();
  if (installed) return installed;
  if (process.platform === 'linux' && spawnSync('apt-get', ['--version']).status === 0) {
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const apt = (...args: string[]) => {
      const [program, ...rest] = [...asRoot, 'apt-get', ...args];
      return (
        spawnSync(program!, rest, {
          stdio: 'inherit',
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        }).status === 0
      );
    };
    console.log('No Chromium here: installing the package chromium');
    apt('update', '-q');
    if (apt('install', '-q', '-y', '--no-install-recommends', 'chromium')) return findChromium();
  }
  console.log('No Chromium here: asking Playwright for its own');
  execFileSync('playwright', ['install', '--with-deps', 'chromium'], { stdio: 'inherit' });
  return undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(ensureChromium() ?? "Playwright's own Chromium");
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PemPair } from './objects.ts';

export interface RealNginx {
  readonly version: string;
  /** The folder for certificates, which the configuration names. */
  readonly certificates: string;
  /** Loads a configuration into a new nginx; the one before ends. Throws with nginx's own words when it does not load. */
  load(text: string, pairs: ReadonlyMap<string, PemPair>, ports: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** A real nginx on the loopback, in a folder of its own. */
export function prepareNginx(): RealNginx | undefined {
  const asked = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  if (asked.status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'hop-nginx-'));
  const certificates = join(folder, 'ssl');
  mkdirSync(certificates);
  let running: ChildProcess | undefined;

  async function stop(): Promise<void> {
    const ending = running;
    running = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.kill('SIGQUIT');
    const late = setTimeout(() => ending.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(late);
  }

  return {
    version: asked.stderr.trim().replace(/^nginx version: /, ''),
    certificates,
    async load(text, pairs, ports) {
      await stop();
      for (const [name, { certificate, key }] of pairs)
        writeFileSync(join(certificates, `${name}.pem`), certificate + key);
      const file = join(folder, 'nginx.conf');
      writeFileSync(file, local(text, folder));
      const started = spawn('nginx', ['-p', folder, '-c', file, '-g', 'daemon off; master_process off;'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      running = started;
      let said = '';
      started.stderr!.on('data', (chunk) => {
        said += chunk;
      });
      for (let tries = 0; tries < 200; tries++) {
        if (started.exitCode !== null) throw new Error(`nginx does not load it:\n${said}`);
        if ((await Promise.all(ports.map(answers))).every(Boolean)) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`nginx does not listen:\n${said}`);
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The text as it stands, but listening on the loopback alone and writing nothing outside of its folder. */
function local(text: string, folder: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `    ${name}_temp_path ${folder}/${name};`,
  );
  return text
    .replace(/^pid .*$/m, `pid ${folder}/nginx.pid;`)
    .replace(/^(\s*listen )(?=\d+[ ;])/gm, (_, listen: string) => `${listen}127.0.0.1:`)
    .replace(
      /^http \{$/m,
      ['http {', '    access_log off;', '    error_log stderr crit;', ...paths].join('\n'),
    );
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

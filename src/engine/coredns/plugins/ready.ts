import type { Plugin, RunningPlugin } from '../plugin.ts';
import { portOf, serveStatus } from './health.ts';

const DEFAULT_PORT = 8181;

/** `ready`: HTTP /ready says 200 OK once every plugin is ready, and before that 503 and their names. */
export function readyPlugin(
  others: () => readonly { readonly name: string; readonly running: RunningPlugin }[],
): Plugin {
  return {
    name: 'ready',
    setup({ directive, process }) {
      const wasReady = new Set<string>();
      const stop = serveStatus(process, portOf(directive.arguments[0], DEFAULT_PORT), '/ready', () => {
        const waiting = others().filter(({ name, running }) => {
          if (wasReady.has(name) || !running.ready) return false;
          if (!running.ready()) return true;
          // A plugin that has been ready once is not asked again.
          wasReady.add(name);
          return false;
        });
        if (waiting.length === 0) return { status: 200, body: 'OK' };
        return { status: 503, body: waiting.map(({ name }) => name).join(',') };
      });
      return stop ? { stop } : {};
    },
  };
}

import type { Plugin } from '../plugin.ts';
import { seconds } from './health.ts';

const DEFAULT_INTERVAL_S = 30;

/** `reload [30s]`: reads the Corefile again and again, and starts anew when it has changed (plugin/reload). */
export function reloadPlugin(check: () => void): Plugin {
  return {
    name: 'reload',
    setup({ directive, process }) {
      const interval = (seconds(directive.arguments[0]) || DEFAULT_INTERVAL_S) * 1000;
      let cancel = process.after(interval, again);
      function again(): void {
        cancel = process.after(interval, again);
        check();
      }
      return { stop: () => cancel() };
    },
  };
}

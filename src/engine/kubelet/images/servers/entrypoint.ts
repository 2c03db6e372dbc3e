import type { Program } from '../../../libc/index.ts';

/**
 * The docker-entrypoint.sh of the official images: it makes its preparations and ends with `exec "$@"`, so that the
 * container's first process is what its arguments name. `server`: the program that bare flags are meant for.
 */
export function entrypoint(path: string, server?: string): Program {
  return function* (process) {
    const given = process.arguments.slice(1);
    const words = server !== undefined && given[0]?.startsWith('-') ? [server, ...given] : given;
    const [name] = words;
    if (name === undefined) return 0;
    const program = process.find(name);
    if (!program) {
      process.stderr(`${path}: exec: ${name}: not found\n`);
      return 127;
    }
    return yield* program(process.child({ arguments: words }));
  };
}

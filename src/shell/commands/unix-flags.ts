import { type FlagError, type FlagStyle, type ParsedFlags, parseFlags } from '../flags.ts';
import type { Flag, Process } from '../process.ts';

/** Reads a Unix tool's flags; what is wrong is said as GNU getopt says it, and the answer is an exit status. */
export function readFlags(
  process: Process,
  specs: readonly Flag[],
  options: FlagStyle & { readonly status?: number } = {},
): ParsedFlags | number {
  const parsed = parseFlags(process.args, specs, options);
  if (parsed.ok) return parsed.flags;
  process.stderr.write(
    `${process.name}: ${getoptMessage(parsed.error)}\nTry '${process.name} --help' for more information.\n`,
  );
  return options.status ?? 1;
}

export function getoptMessage(error: FlagError): string {
  switch (error.kind) {
    case 'unknown-long':
      return `unrecognized option '${error.flag}'`;
    case 'unknown-short':
      return `invalid option -- '${error.flag}'`;
    case 'missing-value':
      return error.flag.startsWith('--')
        ? `option '${error.flag}' requires an argument`
        : `option requires an argument -- '${error.flag}'`;
    case 'invalid-value':
      return `invalid argument '${error.value}' for '${error.flag}'`;
  }
}

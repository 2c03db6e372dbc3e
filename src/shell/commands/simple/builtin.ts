import type { Command } from '../../process.ts';

/** A command that is part of the shell itself. */
export const shell = (
  command: Omit<Command, 'group' | 'builtin' | 'flags'> & { readonly flags?: Command['flags'] },
): Command => ({ group: 'shell', builtin: true, flags: [], ...command });

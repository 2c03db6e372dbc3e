import type { Program } from '../../libc/index.ts';
import type { Image } from './image.ts';
import { COMMON_PROGRAMS } from './programs/index.ts';

/** A program of an image by name or path; undefined: not found in $PATH. */
export function findProgram(image: Image, name: string): Program | undefined {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const own = image.programs[name] ?? image.programs[short];
  if (own) return own;
  return image.tools.includes(short) ? COMMON_PROGRAMS[short] : undefined;
}

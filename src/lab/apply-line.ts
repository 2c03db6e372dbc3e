/** The command that Run stands for: what one would type to apply these files. */
export function applyLine(names: readonly string[]): string {
  return `kubectl apply ${names.map((name) => `-f ${name}`).join(' ')}`;
}

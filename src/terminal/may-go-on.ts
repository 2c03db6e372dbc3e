/** What can make a shell ask for another line: quotes, groups, here-documents, a pipe at the end, a compound command. */
const OPENS =
  /["'`\\({]|<<|(?:\||&&)\s*$|(?:^|[\s;&|])(?:for|while|until|if|case|select|function|do|then|else)(?:$|[\s;])/;

/** Whether a shell has to be asked if a line is whole. Of most lines one can see that they are, and not wait for it. */
export function mayGoOn(line: string): boolean {
  return OPENS.test(line);
}

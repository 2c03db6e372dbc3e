import { forEachChild, parse, type SyntaxNode } from 'unbash';

/** Whether bash would ask for another line: an open quote, loop or here-document, or an operator at the end. */
export function isIncomplete(line: string): boolean {
  if (/(?<!\\)(?:\\\\)*\\$/.test(line)) return true;
  const script = parse(line);
  if (
    script.errors?.some(({ message }) =>
      /^unterminated|to close|^expected (?:command|'then'|'do')/.test(message),
    )
  )
    return true;
  let open = false;
  const visit = (node: SyntaxNode) => {
    if (node.type === 'HereDoc' && !node.closing) open = true;
    if (!open) forEachChild(node, visit);
  };
  if (line.includes('<<')) forEachChild(script, visit);
  return open;
}

import type { Redirection } from 'unbash';
import type { FileSystem } from '../process.ts';
import { type Output, textInput } from '../streams.ts';
import { expandParts, expandText, type Scope } from './expand.ts';
import type { Streams } from './state.ts';

const NOWHERE: Output = { terminal: false, write() {} };

export type Opened =
  | { readonly ok: true; readonly streams: Streams; readonly close: () => void }
  /** `out.txt: Read-only file system` */
  | { readonly ok: false; readonly message: string };

/** Opens `<`, `>`, `>>`, `2>&1`, `<<`, `<<<` … from left to right, as bash does. `close` writes the files. */
export async function openRedirects(
  redirects: readonly Redirection[],
  before: Streams,
  scope: Scope,
  files: FileSystem,
): Promise<Opened> {
  let streams = before;
  const finish: (() => void)[] = [];
  for (const redirect of redirects) {
    const number = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    if (redirect.type === 'HereDoc') {
      const { body, delimiter } = redirect;
      const text = delimiter?.quoted || !body.parts ? body.text : await expandParts(body.parts, scope);
      streams = withInput(streams, redirect.operator === '<<-' ? text.replace(/^\t+/gm, '') : text);
      continue;
    }
    const target = await expandText(redirect.target, scope);
    if (redirect.type === 'HereString') {
      streams = withInput(streams, `${target}\n`);
      continue;
    }
    const { operator } = redirect;
    if (operator === '<' || operator === '<>') {
      const text = files.read(target);
      if (text === undefined) return { ok: false, message: `${target}: No such file or directory` };
      streams = withInput(streams, text);
    } else if (operator === '>&' && /^[12]$/.test(target)) {
      const output = target === '1' ? streams.stdout : streams.stderr;
      streams = number === 2 ? { ...streams, stderr: output } : { ...streams, stdout: output };
    } else if (operator !== '<&') {
      const opened = openOutput(target, operator.endsWith('>>'), streams, files);
      if ('problem' in opened) return { ok: false, message: `${target}: ${opened.problem}` };
      finish.push(opened.close);
      const { output } = opened;
      if (operator.includes('&')) streams = { ...streams, stdout: output, stderr: output };
      else streams = number === 2 ? { ...streams, stderr: output } : { ...streams, stdout: output };
    }
  }
  return {
    ok: true,
    streams,
    close() {
      for (const each of finish) each();
    },
  };
}

function withInput(streams: Streams, text: string): Streams {
  return { ...streams, stdin: textInput(text), stdinIsTerminal: false };
}

function openOutput(
  path: string,
  append: boolean,
  streams: Streams,
  files: FileSystem,
): { readonly output: Output; readonly close: () => void } | { readonly problem: string } {
  if (path === '/dev/null') return { output: NOWHERE, close() {} };
  if (path === '/dev/stdout') return { output: streams.stdout, close() {} };
  if (path === '/dev/stderr') return { output: streams.stderr, close() {} };
  const pieces = [append ? (files.read(path) ?? '') : ''];
  const problem = files.write(path, pieces[0]!);
  if (problem) return { problem };
  return {
    output: { terminal: false, write: (piece) => void pieces.push(piece) },
    close: () => void files.write(path, pieces.join('')),
  };
}

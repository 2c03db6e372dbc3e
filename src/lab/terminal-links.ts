import type { TerminalLink } from '../terminal/index.ts';

/** Where links of the terminal may lead. */
export interface LinkTargets {
  /** The learner's files, by name. */
  readonly files: readonly string[];
  openFile(file: string, line: number): void;
  /** A page of the real world. */
  openPage(address: string): void;
  /** Puts a line at the prompt, for the learner to send. */
  type(line: string): void;
}

const ADDRESS = /https?:\/\/[^\s"'<>`|;)\]}]*[^\s"'<>`|;)\]},.:?!]/g;
/** Where tools send people to read on. All other names are of the simulated network. */
const REAL_HOST = /(^|\.)(kubernetes\.io|k8s\.io|github\.com|nginx\.(org|com)|curl\.se|haxx\.se)$/;

/** Addresses and the learner's files in a line: `hello.yaml:12`, `parsing hello.yaml: … yaml: line 3: …`. */
export function findLinks(text: string, targets: LinkTargets): readonly TerminalLink[] {
  const addresses = [...text.matchAll(ADDRESS)].map((match): TerminalLink => {
    const [address] = match;
    return { from: match.index, to: match.index + address.length, go: () => follow(address, targets) };
  });
  const line = Number(/\bline (\d+)/.exec(text)?.[1] ?? 1);
  const files = targets.files.flatMap((file) =>
    [...text.matchAll(new RegExp(`(?<![\\w./-])${escaped(file)}(?::(\\d+))?(?![\\w-])`, 'g'))].map(
      (match): TerminalLink => ({
        from: match.index,
        to: match.index + match[0].length,
        go: () => targets.openFile(file, Number(match[1] ?? line)),
      }),
    ),
  );
  return [...addresses, ...files];
}

/** The simulated network is asked with curl; the real one with the browser. */
function follow(address: string, { openPage, type }: LinkTargets): void {
  if (REAL_HOST.test(new URL(address).hostname)) openPage(address);
  else type(`curl ${address}`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

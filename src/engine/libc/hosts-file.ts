export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

/** The entries of hosts(5), in order, comments dropped. */
export function parseHostsFile(text: string): readonly HostsEntry[] {
  const entries: HostsEntry[] = [];
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (address && names.length > 0) entries.push({ address, names });
  }
  return entries;
}

/** The names under which the pages remember things, in this browser only. */
export type StorageKey =
  | 'hop.theme'
  | 'hop.language'
  | 'hop.last'
  | 'hop.lessons'
  | 'hop.predictions'
  | 'hop.checks';

/** Reads a remembered text. Storage may be missing or forbidden: then nothing is remembered, and nothing breaks. */
export function recall(key: StorageKey): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a text; `undefined` forgets it. Says whether it could. */
export function remember(key: StorageKey, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

/** Reads a remembered table; a damaged one counts as empty. */
export function recallTable(key: StorageKey): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(recall(key) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function rememberIn(key: StorageKey, name: string, value: string | number): void {
  remember(key, JSON.stringify({ ...recallTable(key), [name]: value }));
}

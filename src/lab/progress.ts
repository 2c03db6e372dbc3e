import type { LabFile } from './protocol.ts';
import type { LogEntry } from './session-log.ts';

/** What is remembered of a lab between visits, in this browser only. */
export interface LabProgress {
  readonly files: readonly LabFile[];
  readonly log: readonly LogEntry[];
  /** The ids of the goals that have been met. */
  readonly met: readonly string[];
  /** Lines typed, oldest first. */
  readonly history: readonly string[];
}

/** Where a text can be kept; `localStorage` is one. */
export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const VERSION = 2;

/** Reads what was kept. `damaged`: there was something, and it cannot be used. */
export function loadProgress(store: TextStore | undefined, key: string): LabProgress | 'none' | 'damaged' {
  let text: string | null | undefined;
  try {
    text = store?.getItem(key);
  } catch {
    return 'none';
  }
  if (text === null || text === undefined) return 'none';
  try {
    const value: unknown = JSON.parse(text);
    return isProgress(value) ? value : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** Keeps it. Answers false when it cannot be kept: no storage, or a full one. */
export function saveProgress(store: TextStore | undefined, key: string, progress: LabProgress): boolean {
  try {
    if (!store) return false;
    store.setItem(key, JSON.stringify({ version: VERSION, ...progress }));
    return true;
  } catch {
    return false;
  }
}

function isProgress(value: unknown): value is LabProgress {
  const progress = value as (Partial<LabProgress> & { readonly version?: unknown }) | null;
  return (
    typeof progress === 'object' &&
    progress !== null &&
    progress.version === VERSION &&
    isListOf(progress.files, isFile) &&
    isListOf(progress.log, isEntry) &&
    isListOf(progress.met, isString) &&
    isListOf(progress.history, isString)
  );
}

function isEntry(value: unknown): boolean {
  const entry = value as Readonly<Record<string, unknown>> | null;
  switch (entry?.kind) {
    case 'save':
      return isListOf(entry.files, isFile);
    case 'run':
      return (
        isString(entry.line) &&
        isNumber(entry.columns) &&
        isString(entry.terminal) &&
        (entry.at === undefined || isNumber(entry.at)) &&
        (entry.answers === undefined || isListOf(entry.answers, (each) => each === null || isString(each)))
      );
    case 'end':
      return isString(entry.terminal) && isNumber(entry.at) && typeof entry.stopped === 'boolean';
    case 'close':
      return isString(entry.terminal);
    case 'visit':
      return ['exchange', 'packet', 'hop', 'step'].every((key) => isNumber(entry[key]));
    default:
      return false;
  }
}

function isFile(value: unknown): boolean {
  const file = value as Partial<LabFile> | null;
  return isString(file?.name) && isString(file?.text);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

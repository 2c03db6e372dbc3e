import { LOCALES, type Locale } from '../i18n/index.ts';

/** Something that a person reads, in every language. */
export type Text = Readonly<Record<Locale, string>>;

/**
 * Reads a value that came from YAML into a type, noting every fault with its path. A reader that finds a fault answers
 * a harmless value and goes on, so that an author sees all faults at once.
 */
export class Reader {
  readonly faults: string[];
  private readonly value: unknown;
  private readonly path: string;

  constructor(value: unknown, path = '', faults: string[] = []) {
    this.value = value;
    this.path = path;
    this.faults = faults;
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The value as YAML gave it. */
  raw(): unknown {
    return this.value;
  }

  fault(message: string): void {
    this.faults.push(`${this.path === '' ? 'the file' : this.path}: ${message}`);
  }

  /** The part under a key; absent parts can still be read, as absent. */
  at(key: string): Reader {
    const record = isRecord(this.value) ? this.value : {};
    return new Reader(record[key], this.path === '' ? key : `${this.path}.${key}`, this.faults);
  }

  /** Faults every key but these: a misspelt one would be silently ignored otherwise. */
  only(...keys: readonly string[]): this {
    if (!isRecord(this.value)) this.fault(`expected a mapping with ${keys.join(', ')}`);
    else
      for (const key of Object.keys(this.value)) if (!keys.includes(key)) this.fault(`does not know ${key}`);
    return this;
  }

  string(): string {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    this.fault('expected text');
    return '';
  }

  number(): number {
    if (typeof this.value === 'number') return this.value;
    this.fault('expected a number');
    return 0;
  }

  boolean(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    this.fault('expected true or false');
    return false;
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined) this.fault(`expected one of ${choices.join(', ')}`);
    return found ?? choices[0]!;
  }

  /** `{ es: …, en: … }`: neither language may be missing. */
  text(): Text {
    this.only(...LOCALES);
    return Object.fromEntries(LOCALES.map((locale) => [locale, this.at(locale).string()])) as Text;
  }

  /** Each item of a list, read; `required` lists have at least one. */
  list<T>(read: (item: Reader) => T, required = false): readonly T[] {
    if (!this.present && !required) return [];
    if (!Array.isArray(this.value) || (required && this.value.length === 0)) {
      this.fault(required ? 'expected a list with something in it' : 'expected a list');
      return [];
    }
    return this.value.map((item, index) => read(new Reader(item, `${this.path}[${index}]`, this.faults)));
  }

  /** Reads what may be left out. */
  optional<T>(read: (reader: Reader) => T): T | undefined {
    return this.present ? read(this) : undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves out what is undefined, so that optional parts are absent and not present as undefined. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

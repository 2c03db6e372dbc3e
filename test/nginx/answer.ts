/** What a client got, as far as it is compared. */
export interface Answer {
  readonly status: number;
  /** The common name of the certificate that was shown; absent: no TLS. */
  readonly certificate?: string;
  readonly location?: string;
  readonly hsts?: string;
  readonly connection?: string;
  /** What the backend got, when one was asked. */
  readonly arrived?: Arrived;
  /** nginx's own page, when it answered by itself. */
  readonly page?: string;
}

/** A request as it came to a backend. */
export interface Arrived {
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** `name: value`, names in lower case, sorted. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Headers of a request that nobody can foretell, or that say nothing about it. */
export function comparableHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  known: ReadonlySet<string>,
): readonly string[] {
  return headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .map(([name, value]) =>
      name === 'x-request-id' && !known.has(value) ? `${name}: (drawn)` : `${name}: ${value}`,
    )
    .sort();
}

/** The differences, one a line; empty: the same. */
export function differences(engine: Answer, nginx: Answer): readonly string[] {
  const flat = (answer: Answer): ReadonlyMap<string, string> =>
    new Map(
      Object.entries({ ...answer, ...answer.arrived, arrived: undefined }).flatMap(([key, value]) =>
        value === undefined
          ? []
          : [[key, Array.isArray(value) ? value.join('\n      ') : String(value)] as const],
      ),
    );
  // Who answered by itself, and who asked a backend, says enough when it is not the same.
  if ((engine.arrived === undefined) !== (nginx.arrived === undefined)) {
    const short = ({ status, location, arrived }: Answer) =>
      `${status} ${location ?? arrived?.service ?? '(its own page)'}`;
    return [`engine ${short(engine)}\n    nginx ${short(nginx)}`];
  }
  const [a, b] = [flat(engine), flat(nginx)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .map(
      (key) => `${key}: engine ${only(a.get(key), b.get(key))}\n    nginx ${only(b.get(key), a.get(key))}`,
    );
}

/** The lines that the other does not have. */
function only(lines: string | undefined, others: string | undefined): string {
  if (lines === undefined) return '(none)';
  const known = others?.split('\n') ?? [];
  return lines
    .split('\n')
    .filter((line) => !known.includes(line))
    .join('\n');
}

import type { Check, CheckKind, ExchangeFilter, ObjectName } from '../lab/index.ts';
import { compact, type Reader } from './reader.ts';

const KINDS = [
  'exists',
  'answered',
  'failed',
  'visited',
  'all-endpoints-answered',
  'command',
  'field',
  'all',
  'any',
] as const satisfies readonly CheckKind[];

const FILTER = ['service', 'destination', 'byName', 'from', 'process', 'protocol'] as const;
const STEPS = [
  'originate',
  'receive',
  'bridge',
  'conntrack',
  'table',
  'nat',
  'route',
  'neighbour',
  'encap',
  'decap',
  'transmit',
  'deliver',
] as const;
const ERRNOS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPERM',
  'EMSGSIZE',
  'ENOPROTOOPT',
  'EADDRNOTAVAIL',
] as const;

/** Reads one goal's `check`. The kinds are documented on the type, in `src/lab/check.ts`. */
export function readCheck(reader: Reader): Check {
  const kind = reader.at('kind').oneOf(KINDS);
  switch (kind) {
    case 'exists':
      reader.only('kind', 'objects');
      return { kind, objects: reader.at('objects').list(readObjectName, true) };
    case 'answered':
      reader.only('kind', 'status', ...FILTER);
      return compact({
        kind,
        ...readFilter(reader),
        status: reader.at('status').optional((it) => it.number()),
      });
    case 'failed':
      reader.only('kind', 'errno', 'timeout', ...FILTER);
      return compact({
        kind,
        ...readFilter(reader),
        errno: reader.at('errno').optional((it) => it.oneOf(ERRNOS)),
        timeout: reader.at('timeout').optional((it) => it.boolean()),
      });
    case 'visited':
      return readVisited(reader);
    case 'all-endpoints-answered':
      reader.only('kind', 'service', 'count');
      return compact({
        kind,
        service: reader.at('service').string(),
        count: reader.at('count').optional((it) => it.number()),
      });
    case 'command':
      reader.only('kind', 'line', 'status', 'output');
      return compact({
        kind,
        line: readPattern(reader.at('line')),
        status: reader.at('status').optional((it) => it.number()),
        output: reader.at('output').optional(readPattern),
      });
    case 'field':
      return readField(reader);
    case 'all':
    case 'any':
      reader.only('kind', 'checks');
      return { kind, checks: reader.at('checks').list(readCheck, true) };
  }
}

/** What `visited` looks for; a solution's `visit` has the same parts. */
export function readVisited(reader: Reader): Extract<Check, { kind: 'visited' }> {
  reader.only('kind', 'step', 'nat', 'undone', 'verdict', 'at', ...FILTER);
  return compact({
    kind: 'visited' as const,
    ...readFilter(reader),
    step: reader.at('step').oneOf(STEPS),
    nat: reader.at('nat').optional((it) => it.oneOf(['DNAT', 'SNAT'] as const)),
    undone: reader.at('undone').optional((it) => it.boolean()),
    verdict: reader.at('verdict').optional((it) => it.oneOf(['ACCEPT', 'DROP', 'REJECT'] as const)),
    at: reader.at('at').optional((it) => it.oneOf(['pod', 'node'] as const)),
  });
}

function readField(reader: Reader): Check {
  reader.only('kind', 'object', 'path', 'equals', 'matches', 'atLeast');
  const equals = reader.at('equals').raw();
  if (!['undefined', 'string', 'number', 'boolean'].includes(typeof equals)) {
    reader.at('equals').fault('expected text, a number, true or false');
  }
  return compact({
    kind: 'field' as const,
    object: readObjectName(reader.at('object')),
    path: reader.at('path').string(),
    equals: equals as string | number | boolean | undefined,
    matches: reader.at('matches').optional(readPattern),
    atLeast: reader.at('atLeast').optional((it) => it.number()),
  });
}

function readFilter(reader: Reader): ExchangeFilter {
  return compact({
    service: reader.at('service').optional((it) => it.string()),
    destination: reader.at('destination').optional((it) => it.string()),
    byName: reader.at('byName').optional((it) => it.boolean()),
    process: reader.at('process').optional((it) => it.string()),
    protocol: reader.at('protocol').optional((it) => it.oneOf(['tcp', 'udp', 'icmp'] as const)),
    from: reader.at('from').optional((from) => {
      from.only('namespace', 'deployment', 'pod', 'node');
      const part = (key: string) => from.at(key).optional((it) => it.string());
      return compact({
        namespace: part('namespace'),
        deployment: part('deployment'),
        pod: part('pod'),
        node: part('node'),
      });
    }),
  });
}

function readObjectName(reader: Reader): ObjectName {
  reader.only('kind', 'namespace', 'name');
  return compact({
    kind: reader.at('kind').string(),
    namespace: reader.at('namespace').optional((it) => it.string()),
    name: reader.at('name').string(),
  });
}

function readPattern(reader: Reader): string {
  const pattern = reader.string();
  try {
    new RegExp(pattern);
  } catch (error) {
    reader.fault(String(error));
  }
  return pattern;
}

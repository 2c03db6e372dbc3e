import type { TrafficShaping, Upstream } from './configuration.ts';

/** The variable that names the upstream of a request; undefined: this upstream has no canary that can answer. */
export function canaryVariable(
  { name, alternatives }: Upstream,
  upstreams: ReadonlyMap<string, Upstream>,
): string | undefined {
  const canary = upstreams.get(alternatives[0] ?? '');
  return canary?.trafficShaping && `$by_header_${variable(name)}`;
}

/** Three maps, each of which falls back on the one before: weight, then cookie, then header. */
export function canaryMaps(primary: Upstream, upstreams: ReadonlyMap<string, Upstream>): readonly string[] {
  const canary = upstreams.get(primary.alternatives[0] ?? '');
  const shaping = canary?.trafficShaping;
  if (!canary || !shaping) return [];
  const suffix = variable(primary.name);
  const percent = Math.min(100, (100 * shaping.weight) / Math.max(100, shaping.weightTotal));
  const { kind, namespace, name } = shaping.source;
  return [
    `# Canary of ${primary.name}: ${kind} ${namespace}/${name}`,
    `split_clients $request_id $by_weight_${suffix} {`,
    ...(percent > 0 && percent < 100 ? [`    ${percent.toFixed(2)}% ${canary.name};`] : []),
    `    * ${percent >= 100 ? canary.name : primary.name};`,
    '}',
    ...map(shaping.cookie ? `$cookie_${shaping.cookie}` : '$request_id', `$by_cookie_${suffix}`, [
      ...(shaping.cookie ? [['always', canary.name] as const, ['never', primary.name] as const] : []),
      ['default', `$by_weight_${suffix}`],
    ]),
    ...map(headerVariable(shaping), `$by_header_${suffix}`, [
      ...headerRules(shaping, primary.name, canary.name),
      ['default', `$by_cookie_${suffix}`],
    ]),
    '',
  ];
}

function headerVariable({ header }: TrafficShaping): string {
  return header ? `$http_${header.toLowerCase().replaceAll('-', '_')}` : '$request_id';
}

function headerRules(
  { header, headerValue, headerPattern }: TrafficShaping,
  primary: string,
  canary: string,
): readonly (readonly [string, string])[] {
  if (!header) return [];
  // A map compares in any case, the real controller in this one: hence a pattern.
  if (headerValue) return [[`"~^${headerValue.replace(/[.*+?^${}()|[\]\\"]/g, '\\$&')}$"`, canary]];
  if (headerPattern) return [[`"~${headerPattern.replaceAll('"', '\\"')}"`, canary]];
  return [
    ['~^always$', canary],
    ['~^never$', primary],
  ];
}

function map(from: string, to: string, rules: readonly (readonly [string, string])[]): readonly string[] {
  return [`map ${from} ${to} {`, ...rules.map(([key, value]) => `    ${key} ${value};`), '}'];
}

function variable(upstream: string): string {
  return upstream.replace(/[^a-zA-Z0-9]/g, '_');
}

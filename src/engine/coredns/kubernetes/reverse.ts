import type { ClusterData } from './cluster-data.ts';
import { endpointLabel } from './find-services.ts';

/**
 * The names of an address that is asked for as `4.3.2.1.in-addr.arpa.` (plugin/kubernetes/reverse.go): that of the
 * Service with this ClusterIP, else those of the endpoints. undefined: the name is no address's.
 */
export function reverseNames(
  name: string,
  options: {
    readonly data: ClusterData;
    readonly namespaces: readonly string[];
    readonly endpointPodNames: boolean;
    readonly zones: readonly string[];
  },
): readonly string[] | undefined {
  const address = addressOfReverseName(name);
  if (address === undefined) return undefined;
  const { data, namespaces } = options;
  const zone = options.zones.find((each) => !each.endsWith('.arpa.')) ?? 'cluster.local.';
  const exposed = (namespace: string) => namespaces.length === 0 || namespaces.includes(namespace);
  const service = data.servicesByIP(address).find(({ namespace }) => exposed(namespace));
  if (service) return [`${service.name}.${service.namespace}.svc.${zone}`];
  const names = data
    .endpointsByIP(address)
    .filter(({ namespace }) => exposed(namespace))
    .flatMap((slice) =>
      slice.addresses
        .filter(({ ip }) => ip === address)
        .map(
          (each) =>
            `${endpointLabel(each, options.endpointPodNames)}.${slice.service}.${slice.namespace}.svc.${zone}`,
        ),
    );
  return [...new Set(names)];
}

/** `1.0.0.127.in-addr.arpa.` → `127.0.0.1`, and the nibbles of ip6.arpa in the shortest form. */
export function addressOfReverseName(name: string): string | undefined {
  const lower = name.toLowerCase();
  const v4 = /^((?:\d{1,3}\.){4})in-addr\.arpa\.$/.exec(lower);
  if (v4) return v4[1]!.slice(0, -1).split('.').reverse().join('.');
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/.exec(lower);
  if (!v6) return undefined;
  const digits = v6[1]!.replaceAll('.', '').split('').reverse().join('');
  const groups = digits.match(/.{4}/g)!.map((group) => group.replace(/^0{1,3}/, ''));
  return compress(groups);
}

/** RFC 5952: the longest run of zero groups, of two or more, becomes `::`. */
function compress(groups: readonly string[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

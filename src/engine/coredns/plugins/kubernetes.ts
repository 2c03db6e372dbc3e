import type { Clock } from '../../apimachinery/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import { isInZone, matchingZone, zoneName } from '../corefile.ts';
import { type AnswerOptions, answerFromCluster, noSuchName } from '../kubernetes/answer.ts';
import { watchCluster } from '../kubernetes/watch-cluster.ts';
import type { Plugin, PluginHandler, Setup } from '../plugin.ts';

const DEFAULT_TTL = 5;
const MAX_TTL = 3600;

/** `kubernetes cluster.local in-addr.arpa ip6.arpa { pods insecure; fallthrough …; ttl 30 }`: names of Services and pods. */
export function kubernetesPlugin(api: ApiClient, clock: Clock): Plugin {
  return {
    name: 'kubernetes',
    setup(setup) {
      const settings = readSettings(setup);
      if (typeof settings === 'string') return settings;
      const epochMs = setup.process.date() - setup.process.now();
      const data = watchCluster(api, clock, { pods: settings.pods === 'verified', epochMs });
      const { fallthrough, ...rest } = settings;
      return {
        handler: kubernetesHandler({ ...rest, data, localAddresses: setup.process.addresses }, fallthrough),
        ready: data.synced,
        stop: data.stop,
      };
    },
  };
}

/** The plugin itself, over any data. `fallthrough` are the zones whose unknown names go on to the next plugin. */
export function kubernetesHandler(options: AnswerOptions, fallthrough: readonly string[]): PluginHandler {
  return (query, next) => {
    const zone = matchingZone(query.name, options.zones);
    if (zone === undefined) return next(query);
    const answer = answerFromCluster(query, zone, options);
    if (answer) return answer;
    return fallthrough.some((each) => isInZone(query.name, each))
      ? next(query)
      : noSuchName(query, zone, options);
  };
}

type Settings = Omit<AnswerOptions, 'data' | 'localAddresses'> & { readonly fallthrough: readonly string[] };

function readSettings({ directive, zones }: Setup): Settings | string {
  const own = directive.arguments.length > 0 ? directive.arguments.map(reverseZone) : zones;
  let settings: Settings = {
    zones: own,
    pods: 'disabled',
    namespaces: [],
    endpointPodNames: false,
    ignoreEmptyService: false,
    multiclusterZones: [],
    ttl: DEFAULT_TTL,
    fallthrough: [],
  };
  for (const [name, ...words] of directive.block) {
    switch (name) {
      case 'pods': {
        const [mode] = words;
        if (mode !== 'disabled' && mode !== 'insecure' && mode !== 'verified')
          return `wrong value for pods: ${mode},  please use 'disabled', 'verified' or 'insecure'`;
        settings = { ...settings, pods: mode };
        break;
      }
      case 'namespaces':
        settings = { ...settings, namespaces: words };
        break;
      case 'endpoint_pod_names':
        settings = { ...settings, endpointPodNames: true };
        break;
      case 'ttl': {
        const ttl = Number(words[0]);
        if (!(ttl >= 0 && ttl <= MAX_TTL)) return `ttl must be in range [0, 3600]: ${words[0]}`;
        settings = { ...settings, ttl };
        break;
      }
      case 'fallthrough':
        settings = { ...settings, fallthrough: words.length > 0 ? words.map(reverseZone) : ['.'] };
        break;
      case 'ignore':
        if (words[0] !== 'empty_service') return 'unable to parse ignore value';
        settings = { ...settings, ignoreEmptyService: true };
        break;
      case 'multicluster':
        settings = { ...settings, multiclusterZones: words.map(zoneName) };
        break;
      case 'endpoint':
      case 'tls':
      case 'kubeconfig':
      case 'labels':
      case 'namespace_labels':
      case 'noendpoints':
      case 'resyncperiod':
        break;
      default:
        return `unknown property '${name}'`;
    }
  }
  return settings;
}

/** A zone, or a network in CIDR form, which stands for its reverse zone: `10.96.0.0/16` is `96.10.in-addr.arpa.`. */
function reverseZone(text: string): string {
  const cidr = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(8|16|24|32)$/.exec(text);
  if (!cidr) return zoneName(text);
  const octets = cidr.slice(1, 1 + Number(cidr[5]) / 8);
  return `${octets.reverse().join('.')}.in-addr.arpa.`;
}

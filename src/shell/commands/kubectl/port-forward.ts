import type { Pod, Service } from '../../../engine/index.ts';
import { type ForwardedPort, type Forwarding, forwardPort } from './forward-port.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
import { dialRefusal } from './kubelet-request.ts';
import { pickPods } from './pick-pod.ts';

/** Models pkg/cmd/portforward (kubectl v1.36) and client-go's tools/portforward. */
export const portForwardCommand: KubectlCommand = {
  name: 'port-forward',
  usage: 'port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT…',
  summary: 'Reach a port of a pod from this computer',
  arguments: ['pod'],
  flags: [
    { name: 'address', value: 'ADDRESSES', help: 'Where to listen (default localhost)' },
    { name: 'pod-running-timeout', value: 'DURATION', type: 'duration', help: 'How long to wait for a pod' },
    FLAG.filename,
  ],
  examples: [
    'kubectl port-forward svc/hello 8080:80 &',
    'kubectl port-forward deploy/hello 8080',
    'kubectl port-forward pod/web :80',
  ],
  async run(context) {
    const { args, flags, process } = context;
    const [target, ...words] = args;
    if (target === undefined || words.length === 0)
      return context.usageError('TYPE/NAME and list of ports are required for port-forward');
    const picked = pickPods(context, target);
    if (!picked.ok) {
      context.err(picked.message);
      return 1;
    }
    const [pod] = picked.pods;
    if (!pod) return context.fail('timed out waiting for the condition');
    const ports = wantedPorts(words, pod, picked.object);
    if (typeof ports === 'string') return context.fail(ports);
    if (pod.status?.phase !== 'Running')
      return context.fail(
        `unable to forward port because pod is not running. Current status=${pod.status?.phase ?? 'Pending'}`,
      );
    const unheard = dialRefusal(context, pod);
    if (unheard) return context.fail(`error upgrading connection: error dialing backend: ${unheard.why}`);
    const addresses = listenAddresses(flags.text('address'));
    if (typeof addresses === 'string') return context.fail(addresses);
    const forwardings: Forwarding[] = [];
    let lost = false;
    try {
      for (const port of ports) {
        const errors: string[] = [];
        for (const address of addresses) {
          const opened = forwardPort(context, pod, address, port, () => {
            lost = true;
          });
          if (typeof opened === 'string') errors.push(opened);
          else forwardings.push(opened);
        }
        if (errors.length > 0)
          context.err(
            `Unable to listen on port ${port.local}: Listeners failed to create with the following errors: [${errors.join(' ')}]`,
          );
      }
      if (forwardings.length === 0)
        return context.fail(
          `unable to listen on any of the requested ports: [${ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`,
        );
      // Until Ctrl-C, until the pod is gone, or until it does not answer.
      while (await process.follow(FOLLOW_MS)) {
        const now = context.api.get('pods', pod.metadata.namespace ?? '', pod.metadata.name);
        if (lost || !now.ok || now.object.metadata.uid !== pod.metadata.uid)
          return context.fail('lost connection to pod');
      }
      return 0;
    } finally {
      for (const { close } of forwardings) close();
    }
  },
};

/** How often a forwarding looks whether its pod is still there, in virtual ms. */
const FOLLOW_MS = 500;

/** The ports on both ends, with a Service's ports and names looked up; or what is wrong. */
function wantedPorts(
  words: readonly string[],
  pod: Pod,
  object: { readonly kind: string },
): readonly ForwardedPort[] | string {
  const ports: ForwardedPort[] = [];
  for (const word of words) {
    const parts = word.split(':');
    if (parts.length > 2) return `invalid port format '${word}'`;
    const [localWord = '', remoteWord = localWord] = parts;
    const remote =
      object.kind === 'Service' ? ofService(remoteWord, object as Service, pod) : ofPod(remoteWord, pod);
    if (typeof remote === 'string') return remote;
    const named = localWord === remoteWord && !/^\d+$/.test(localWord);
    const local = named ? (remote.declared ?? remote.port) : localWord === '' ? 0 : Number(localWord);
    if (!Number.isInteger(local) || local < 0 || local > 65535)
      return `error parsing local port '${localWord}': strconv.ParseUint: parsing "${localWord}": ${/^\d+$/.test(localWord) ? 'value out of range' : 'invalid syntax'}`;
    if (remote.port === 0) return 'remote port must be > 0';
    ports.push({ local, remote: remote.port });
  }
  return ports;
}

type Remote =
  | { readonly port: number /** The Service's own, for a name. */; readonly declared?: number }
  | string;

function ofPod(word: string, pod: Pod): Remote {
  const declared = pod.spec.containers.flatMap(({ ports }) => ports ?? []);
  const named = /^\d+$/.test(word) ? undefined : declared.find(({ name }) => name === word);
  if (!/^\d+$/.test(word) && !named) return `Pod '${pod.metadata.name}' does not have a named port '${word}'`;
  const port = named?.containerPort ?? Number(word);
  const same = declared.filter(({ containerPort }) => containerPort === port);
  if (same.length > 0 && same.every(({ protocol }) => protocol === 'UDP'))
    return `UDP protocol is not supported for ${word}`;
  return port > 65535
    ? `error parsing remote port '${word}': strconv.ParseUint: parsing "${word}": value out of range`
    : { port };
}

function ofService(word: string, service: Service, pod: Pod): Remote {
  const { name } = service.metadata;
  const ports = service.spec.ports ?? [];
  const isNumber = /^\d+$/.test(word);
  const declared = isNumber
    ? ports.find(({ port }) => port === Number(word))
    : ports.find((port) => port.name === word);
  if (!isNumber && !declared) return `Service '${name}' does not have a named port '${word}'`;
  const same = ports.filter(({ port }) => port === declared?.port);
  if (same.length > 0 && same.every(({ protocol }) => protocol === 'UDP'))
    return `UDP protocol is not supported for ${word}`;
  if (!declared) return `Service ${name} does not have a service port ${word}`;
  const own = isNumber ? {} : { declared: declared.port };
  if (service.spec.clusterIP === 'None') return { port: declared.port, ...own };
  const { targetPort = declared.port } = declared;
  if (typeof targetPort === 'number') return { port: targetPort || declared.port, ...own };
  const found = pod.spec.containers.flatMap((one) => one.ports ?? []).find((one) => one.name === targetPort);
  return found
    ? { port: found.containerPort, ...own }
    : `Pod '${pod.metadata.name}' does not have a named port '${targetPort}'`;
}

/** `localhost` stands for 127.0.0.1: this computer has no IPv6. */
function listenAddresses(text: string | undefined): readonly string[] | string {
  const addresses = (text ?? 'localhost').split(',').map((one) => (one === 'localhost' ? '127.0.0.1' : one));
  const bad = addresses.find((one) => !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(one) && !one.includes(':'));
  return bad === undefined ? Array.from(new Set(addresses)).sort() : `${bad} is not a valid IP`;
}

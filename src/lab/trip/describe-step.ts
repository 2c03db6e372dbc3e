import type { Message, Step } from '../../engine/index.ts';
import { endpointOf } from './header.ts';
import { decidingVisit, drawsOf } from './rules.ts';

/** What happened in a step, for people: the id is worded in `src/i18n/messages/trip.ts`. */
export function describeStep(step: Step): Message {
  switch (step.kind) {
    case 'originate':
      return step.process
        ? message('originate', { process: step.process, destination: endpointOf(step.packet, 'destination') })
        : message('originate-kernel', { destination: endpointOf(step.packet, 'destination') });
    case 'receive':
      return message('receive', { device: step.device });
    case 'bridge':
      return describeBridge(step);
    case 'conntrack':
      return message('conntrack', {
        state: step.state,
        how: step.isReply ? 'reply' : step.created ? 'created' : 'known',
      });
    case 'table':
      return describeTable(step);
    case 'nat':
      return message(`nat.${step.change}`, natValues(step));
    case 'route':
      return describeRoute(step);
    case 'neighbour':
      return message(`neighbour.${step.state}`, {
        address: step.address,
        device: step.device,
        mac: step.mac ?? '',
      });
    case 'encap':
      return message('encap', { device: step.device, vni: String(step.vni), remote: step.remote });
    case 'decap':
      return message('decap', { device: step.device, vni: String(step.vni) });
    case 'transmit':
      return message('transmit', { device: step.device });
    case 'deliver':
      return describeDeliver(step);
  }
}

function message(id: string, values: Message['values']): Message {
  return { id: `trip.step.${id}`, values };
}

function describeBridge({ bridge, from, to, because }: Extract<Step, { kind: 'bridge' }>): Message {
  if (to === bridge) return message('bridge.up', { bridge });
  if (because === 'flood') return message('bridge.flood', { bridge, port: to });
  return from === bridge
    ? message('bridge.down', { bridge, port: to })
    : message('bridge.across', { bridge, from, port: to });
}

function describeTable(step: Extract<Step, { kind: 'table' }>): Message {
  const values = { table: step.table, hook: step.hook };
  if (step.verdict !== 'ACCEPT') return message(`table.${step.verdict}`, values);
  const taken = drawsOf(step).find(({ result }) => result === 'taken');
  if (taken?.drawn !== undefined)
    return message('table.draw', { ...values, rule: taken.number, of: taken.of, drawn: taken.drawn });
  if (taken) return message('table.draw-last', { ...values, rule: taken.number, of: taken.of });
  const visit = decidingVisit(step);
  if (!visit) return message('table.nothing', values);
  if (visit.rule.number === 0)
    return message('table.policy', { ...values, verdict: visit.verdict ?? step.verdict });
  return message('table.rule', {
    ...values,
    chain: visit.rule.chain,
    number: visit.rule.number,
    verdict: visit.verdict ?? '',
  });
}

function natValues({ from, to, change }: Extract<Step, { kind: 'nat' }>): Message['values'] {
  const source = change === 'snat' || change === 'snat-again' || change === 'un-dnat';
  const side = source ? 'source' : 'destination';
  const port = source ? 'sourcePort' : 'destinationPort';
  const write = (tuple: typeof from) =>
    tuple.protocol === 'icmp' ? tuple[side] : `${tuple[side]}:${tuple[port]}`;
  return { from: write(from), to: write(to) };
}

function describeRoute(step: Extract<Step, { kind: 'route' }>): Message {
  const destination = step.packet.ip.destination;
  if (step.decision === 'unreachable' || !step.route) return message('route.none', { destination });
  return message(step.decision === 'local' ? 'route.local' : 'route.way', {
    destination,
    route: step.route.text,
  });
}

function describeDeliver(step: Extract<Step, { kind: 'deliver' }>): Message {
  const process = step.socket?.process ?? step.process;
  if (step.socket && step.socket.protocol !== 'icmp' && step.socket.address !== step.packet.ip.destination)
    return message('deliver.socket', {
      process: step.socket.process,
      socket: `${step.socket.address}:${step.socket.port}`,
    });
  if (process) return message('deliver.process', { process });
  return message('deliver.nobody', { destination: endpointOf(step.packet, 'destination') });
}

import type { EndpointSlice, Service } from '../../../src/engine/api/index.ts';
import { renderNftables } from '../../../src/engine/kubeproxy/index.ts';
import type { GoldenResult } from '../result.ts';
import { type ProxyRecord, proxyConfig, restoreLines } from '../support/proxy.ts';
import { traceNft } from '../support/trace-nft.ts';
import { type TracedPacket, traceRules } from '../support/trace-rules.ts';

export const file = 'proxy-packet-flows.json';

interface Records {
  readonly cases: readonly {
    readonly id: string;
    readonly proxy: ProxyRecord;
    readonly services: readonly Service[];
    readonly endpointSlices: readonly EndpointSlice[];
    readonly packets: readonly (TracedPacket & {
      readonly name: string;
      readonly expect: readonly string[];
      readonly masquerade: boolean;
    })[];
    readonly expectKubeFirewallMartianRule?: boolean;
    readonly expectKubeServicesRuleForLBIP?: boolean;
  }[];
}

export function run(records: unknown): GoldenResult[] {
  return (records as Records).cases.flatMap((record): GoldenResult[] => {
    const { id, proxy, packets, services, endpointSlices } = record;
    const isNft = proxy.mode === 'nftables';
    const text = isNft
      ? renderNftables({ services, endpointSlices }, proxyConfig(proxy), proxy.serviceCIDRs)
      : '';
    const lines = isNft ? [] : restoreLines(services, endpointSlices, proxy);
    const results = packets.map((packet): GoldenResult => {
      const { outputs, masquerade } = isNft
        ? traceNft(text, proxy.nodeLocalIPs, packet)
        : traceRules(lines, proxy.nodeLocalIPs, packet);
      const passed = outputs.join() === packet.expect.join() && masquerade === packet.masquerade;
      const say = (to: readonly string[], masqueraded: boolean) =>
        `${to.join(', ') || 'nothing'}${masqueraded ? ', masqueraded' : ''}`;
      const difference = `expected ${say(packet.expect, packet.masquerade)}; got ${say(outputs, masquerade)}`;
      return { id: `${id}: ${packet.name}`, passed, difference };
    });
    const says = (what: string, expected: boolean | undefined, came: boolean): GoldenResult[] =>
      expected === undefined
        ? []
        : [{ id: `${id}: ${what}`, passed: came === expected, difference: `expected ${expected}` }];
    const addresses = services.flatMap(
      (service) => service.status?.loadBalancer?.ingress?.flatMap(({ ip }) => ip ?? []) ?? [],
    );
    return [
      ...results,
      ...says(
        'the martian rule',
        record.expectKubeFirewallMartianRule,
        lines.some((line) => line.startsWith('-A KUBE-FIREWALL')),
      ),
      ...says(
        'a rule for the load balancer address',
        record.expectKubeServicesRuleForLBIP,
        lines.some(
          (line) =>
            line.startsWith('-A KUBE-SERVICES') &&
            addresses.some((address) => line.includes(` -d ${address} `)),
        ),
      ),
    ];
  });
}

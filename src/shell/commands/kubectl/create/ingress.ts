import { type Generator, made, refused } from './generator.ts';

/** Models pkg/cmd/create/create_ingress.go (kubectl v1.36). */
export const ingressGenerator: Generator = {
  name: 'ingress',
  aliases: ['ing'],
  resource: 'ingresses',
  usage: 'ingress NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]',
  summary: 'Create an Ingress',
  flags: [
    { name: 'rule', value: 'HOST/PATH=SERVICE:PORT', help: 'A rule; a path that ends with * is a prefix' },
    { name: 'class', value: 'NAME', help: 'The IngressClass' },
    { name: 'default-backend', value: 'SERVICE:PORT', help: 'Where everything else goes' },
    { name: 'annotation', value: 'KEY=VALUE', help: 'An annotation' },
  ],
  examples: ["kubectl create ingress web --class=nginx --rule='hello.example.com/*=hello:80'"],
  generate(context, name) {
    const { flags } = context;
    if (flags.list('rule').length === 0 && !flags.text('default-backend'))
      return refused(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    const backend = (text: string) => {
      const [service = '', port = ''] = text.split(':');
      return {
        service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
      };
    };
    const hosts = new Map<string, unknown[]>();
    const tls: unknown[] = [];
    for (const rule of flags.list('rule')) {
      const match = /^([^/]*)(\/[^=]*)=([^,]+)(?:,tls(?:=(.*))?)?$/.exec(rule);
      if (!match)
        return refused(
          `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
        );
      const [, host = '', path = '/', target = '', secretName] = match;
      const prefix = path.endsWith('*');
      const entry = {
        backend: backend(target),
        path: prefix ? path.slice(0, -1) : path,
        pathType: prefix ? 'Prefix' : 'Exact',
      };
      hosts.set(host, [...(hosts.get(host) ?? []), entry]);
      if (rule.includes(',tls'))
        tls.push({ ...(host && { hosts: [host] }), ...(secretName && { secretName }) });
    }
    const annotations = Object.fromEntries(
      flags
        .list('annotation')
        .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
    const fallback = flags.text('default-backend');
    return made({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: {
        ...(fallback && { defaultBackend: backend(fallback) }),
        ...(flags.text('class') && { ingressClassName: flags.text('class') }),
        ...(hosts.size > 0 && {
          rules: Array.from(hosts, ([host, paths]) => ({ ...(host && { host }), http: { paths } })),
        }),
        ...(tls.length > 0 && { tls }),
      },
      status: { loadBalancer: {} },
    });
  },
};

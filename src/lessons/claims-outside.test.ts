import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES } from '../i18n/index.ts';
import { asFound, typedIn } from './typed-in-lab.ts';

describe('what the lesson on types of Service says is what its lab shows', () => {
  const typed = typedIn('06-types-of-service', 'opening-the-door');
  const local = {
    file: 'shop.yaml',
    change: (text: string) => text.replace('  selector:', '  externalTrafficPolicy: Local\n  selector:'),
  };

  test.each(LOCALES)('the error that it quotes is the error that it prints (%s)', async (locale) => {
    const url = new URL(`../../content/lessons/06-types-of-service/${locale}.mdx`, import.meta.url);
    const [, quote = '?'] = /^```\n([\s\S]*?)\n```$/m.exec(readFileSync(url, 'utf8')) ?? [];
    const found = asFound('06-types-of-service', 'opening-the-door', 'shop.yaml');
    expect(await typed(['kubectl apply -f shop.yaml'], found)).toContain(quote);
  });

  test('the pod sees a node behind a NodePort, and the client with the policy Local', async () => {
    const by = (node: string) => `curl -sS -m 2 http://10.0.0.${node}:30080/clientip`;
    expect(await typed([by('11')])).toMatch(/^10\.0\.0\.11:/);
    expect(await typed([by('12')], local)).toMatch(/^198\.51\.100\.10:/);
    expect(await typed([by('11')], local)).toContain('Connection timed out');
  });

  test('the address of the balancer comes later; ClusterIP and NodePort were there at once', async () => {
    const output = await typed(['kubectl get service web', 'sleep 20', 'kubectl get service web']);
    expect(output).toMatch(/LoadBalancer +100\.\S+ +<pending> +80:30080\/TCP/);
    expect(output).toMatch(/LoadBalancer +100\.\S+ +203\.0\.113\.65 /);
  });

  test('an ExternalName is a CNAME and nothing more', async () => {
    const output = await typed([
      'kubectl exec deploy/client -- dig +noall +answer db.default.svc.cluster.local',
      'ssh node-1 iptables-save | grep -c default/db',
    ]);
    expect(output).toMatch(/CNAME\s+db\.example\.com\.\n.*203\.0\.113\.20\n0\n/);
  });
});

describe('what the lesson on Ingress says is what its lab shows', () => {
  const typed = typedIn('07-ingress', 'front-door');
  const get = (host: string) =>
    `curl -s -o /dev/null -w '%{http_code} ' -H 'Host: ${host}' http://203.0.113.65`;

  test('404 for a name that nobody declared, 503 for a Service that is missing or empty', async () => {
    const plain = asFound('07-ingress', 'front-door', 'shop.yaml');
    const output = await typed(
      ['sleep 25', get('nobody.example.com'), get('blog.example.com'), get('shop.example.com')],
      plain,
    );
    expect(output).toBe('404 503 200 ');
    const empty = await typed(
      ['sleep 25', 'kubectl scale deploy shop --replicas=0 > /dev/null', 'sleep 5', get('shop.example.com')],
      plain,
    );
    expect(empty).toBe('503 ');
  });

  test('defaultBackend takes every name', async () => {
    const output = await typed(['sleep 25', get('nobody.example.com')], {
      file: 'shop.yaml',
      change: (text) =>
        text.replace(
          /spec:\n {2}ingressClassName[\s\S]*?\n---/,
          'spec:\n  ingressClassName: nginx\n  defaultBackend:\n    service:\n      name: shop\n      port:\n        number: 80\n---',
        ),
    });
    expect(output).toBe('200 ');
  });

  test('with tls, 308 over HTTP, and a stand-in for the name without a certificate', async () => {
    const output = await typed([
      'sleep 25',
      get('shop.example.com'),
      'curl -skv --resolve blog.example.com:443:203.0.113.65 https://blog.example.com 2>&1 | grep subject:',
    ]);
    expect(output).toMatch(/^308 /);
    expect(output).toContain('Kubernetes Ingress Controller Fake Certificate');
  });

  test('the controller’s own request goes to a pod, untranslated', async () => {
    const output = await typed(
      ['sleep 25', get('shop.example.com'), 'trace --last'],
      asFound('07-ingress', 'front-door', 'shop.yaml'),
    );
    const [, own = ''] = output.split(/\n\n(?= +GET)/);
    expect(own).toMatch(/GET \/ {2}tcp 100\.96\.\S+ → 100\.96\.\d+\.\d+:5678/);
    expect(own).not.toMatch(/\bdnat\b/);
  });
});

describe('what the lesson on debugging says is what its lab shows', () => {
  const typed = typedIn('08-debugging', 'one-symptom');
  const found = asFound('08-debugging', 'one-symptom', 'shop.yaml');
  const curl = (name: string) => `kubectl exec deploy/client -- curl -sS http://${name}.shop`;

  test('four faults, one message', async () => {
    for (const name of ['orders', 'stock', 'front', 'mail'])
      expect(await typed([curl(name)], found)).toContain('Could not connect to server');
  });

  test('two end on the node, by a rule, and two in the pod', async () => {
    for (const name of ['orders', 'stock'])
      expect(await typed([`${curl(name)} > /dev/null`, 'trace --last --quiet'], found)).toMatch(/REJECTED/);
    for (const name of ['front', 'mail'])
      expect(await typed([`${curl(name)} > /dev/null`, 'trace --last --quiet'], found)).toMatch(/NO_SOCKET/);
  });

  test('the list, the pods, the events and the logs say what it says they do', async () => {
    const output = await typed(
      [
        'kubectl get endpointslices -n shop',
        'kubectl get pods -n shop',
        'sleep 5; kubectl get events -n shop',
        'kubectl logs -n shop deploy/front',
        'kubectl logs -n shop deploy/mail',
      ],
      found,
    );
    expect(output).toMatch(/orders-\S+ +IPv4 +<unset> +<unset>/);
    expect(output).toMatch(/stock-\S+ +IPv4 +8080 +100\.96/);
    expect(output).toMatch(/stock-\S+ +0\/1 +Running/);
    expect(output).toMatch(/Readiness probe failed: .*:9090/);
    expect(output).toContain('server is listening on :8080');
    expect(output).toContain('server is listening on 127.0.0.1:8080');
  });
});

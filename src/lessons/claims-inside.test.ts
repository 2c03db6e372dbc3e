import { describe, expect, test } from 'vitest';
import { asFound, typedIn } from './typed-in-lab.ts';

describe('what the lesson on one pod says is what its lab shows', () => {
  const typed = typedIn('01-containers-of-one-pod', 'three-in-one');
  const podIP = "$(kubectl get pods -l app=shop -o jsonpath='{.items[0].status.podIP}')";

  test('two servers on one port: the manifest is accepted, one starts, the other says why it cannot', async () => {
    const output = await typed(
      [
        'kubectl get pods',
        'kubectl logs deploy/shop -c admin',
        'kubectl exec deploy/shop -c tools -- curl -s localhost:5678',
        'kubectl exec deploy/shop -c web -- ls',
      ],
      asFound('01-containers-of-one-pod', 'three-in-one', 'shop.yaml'),
    );
    expect(output).toMatch(/shop-\S+ +2\/3 +CrashLoopBackOff/);
    expect(output).toMatch(
      /\[INFO\] server is listening on :5678\n.* \[ERR\] server exited with: listen tcp :5678: bind: address already in use/,
    );
    expect(output).toContain('hello from web');
    expect(output).toMatch(/"ls": executable file not found/);
  });

  test('one address, two ports, two containers', async () => {
    const output = await typed([
      `ssh node-1 curl -s ${podIP}:5678`,
      `ssh node-1 curl -s ${podIP}:8080`,
      'kubectl exec deploy/shop -c tools -- ip addr',
      'kubectl get pods -o wide',
    ]);
    expect(output).toMatch(/hello from web\n.*hello from admin/);
    const [, address = '?'] = /inet (100\.96\.\S+)\/24/.exec(output) ?? [];
    expect(output.split('\n').some((line) => line.startsWith('shop-') && line.includes(address))).toBe(true);
  });

  test('a server that listens on 127.0.0.1 is reached from its pod only', async () => {
    const output = await typed(
      [
        'kubectl exec deploy/shop -c tools -- curl -s localhost:8080',
        `ssh node-1 curl -sS ${podIP}:8080`,
        'kubectl exec deploy/shop -c tools -- curl -s localhost:5678',
      ],
      { file: 'shop.yaml', change: (text) => text.replace('-listen=:8080', '-listen=127.0.0.1:8080') },
    );
    expect(output).toMatch(/hello from admin\n.*Couldn't connect to server\nhello from web/);
  });

  test('two replicas on one node do not clash', async () => {
    const output = await typed([
      'kubectl scale deploy shop --replicas=4',
      'kubectl rollout status deploy/shop',
      'kubectl get pods -o wide',
    ]);
    expect(output.match(/ 3\/3 +Running .* node-1 /g)?.length).toBeGreaterThan(1);
  });
});

describe('what the lesson on one node says is what its lab shows', () => {
  const typed = typedIn('02-pods-on-one-node', 'two-neighbours');

  test('the numbers of both ends of a cable name each other', async () => {
    const output = await typed(['kubectl exec deploy/client -- ip link', 'ssh node-1 ip link']);
    expect(output).toContain('2: eth0@if5');
    expect(output).toMatch(/^5: veth2@if2/m);
  });

  test('the bridge has an address, its pods a range, and the node’s own request sets out with it', async () => {
    const output = await typed([
      'ssh node-1 ip addr show cni0',
      "ssh node-1 curl -s $(kubectl get pods -l app=neighbour -o jsonpath='{.items[0].status.podIP}'):8080",
      'trace --last --quiet',
    ]);
    expect(output).toContain('inet 100.96.1.1/24');
    expect(output).toMatch(/1 {2}node-1 {2}100\.96\.1\.1:\d+ → 100\.96\.1\.\d+:8080/);
  });

  test('the MAC is asked for once, and the TTL stays as it was', async () => {
    const curl =
      "kubectl exec deploy/client -- curl -s $(kubectl get pods -l app=neighbour -o jsonpath='{.items[0].status.podIP}'):8080 > /dev/null";
    const output = await typed([`${curl}; trace --last`, `${curl}; trace --last`]);
    const asked = output.split('\n').filter((line) => /dev eth0 lladdr \S+ resolved/.test(line));
    expect(asked).toHaveLength(1);
    const pinged = await typed([
      "kubectl exec deploy/client -- ping -c 1 $(kubectl get pods -l app=neighbour -o jsonpath='{.items[0].status.podIP}')",
    ]);
    expect(pinged).toContain('ttl=64');
  });
});

describe('what the lesson on two nodes says is what its lab shows', () => {
  const typed = typedIn('03-pods-on-different-nodes', 'across-the-wire');
  const curl = 'kubectl exec deploy/client -- curl -sS -m 3 100.96.2.3:8080/clientip';

  test('every node has its range, and each table knows the others', async () => {
    const output = await typed([
      'kubectl get nodes -o custom-columns=NODE:.metadata.name,PODS:.spec.podCIDR',
      'ssh node-1 ip route',
      'ssh node-2 ip route',
      'kubectl exec deploy/client -- ip route',
    ]);
    expect(output).toMatch(/node-1 +100\.96\.1\.0\/24\nnode-2 +100\.96\.2\.0\/24/);
    for (const line of [
      '100.96.2.0/24 via 10.0.0.12 dev eth0',
      '100.96.2.0/24 dev cni0',
      'default via 100.96.1.1 dev eth0',
    ])
      expect(output).toContain(line);
  });

  test('the server sees the pod’s own address, and the TTL went down by two', async () => {
    const output = await typed([curl, 'kubectl exec deploy/client -- ping -c 1 100.96.2.3']);
    expect(output).toMatch(/^100\.96\.1\.\d+:\d+/);
    expect(output).toContain('ttl=62');
  });

  test('without the route, either one, nobody answers, and nothing else complains', async () => {
    for (const [node, range, via] of [
      ['node-1', '100.96.2.0/24', '10.0.0.12'],
      ['node-2', '100.96.1.0/24', '10.0.0.11'],
    ]) {
      const output = await typed([
        `ssh ${node} ip route del ${range}`,
        curl,
        'kubectl get pods',
        `ssh ${node} ip route add ${range} via ${via}`,
        curl,
      ]);
      expect(output).toContain('curl: (28) ');
      expect(output).toMatch(/server-\S+ +1\/1 +Running/);
      expect(output).toMatch(/100\.96\.1\.\d+:\d+$/);
    }
  });
});

describe('what the lesson on DNS says is what its lab shows', () => {
  const typed = typedIn('05-dns', 'two-trips');
  const client = 'kubectl exec deploy/client --';
  const questions = (output: string) => output.match(/^A{1,4}\? \S+ {2}udp .* → 100\.64\.0\.10:53/gm) ?? [];

  test('the file that it quotes is in the pod', async () => {
    expect(await typed([`${client} cat /etc/resolv.conf`])).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 100.64.0.10\noptions ndots:5\n',
    );
  });

  test.each([
    ['http://web.shop', 4],
    ['http://web.shop.svc.cluster.local.', 2],
    ['http://www.example.com', 8],
  ])('%s takes %i questions', async (address, count) => {
    const output = await typed([`${client} curl -s -m 1 ${address} > /dev/null`, 'trace --last']);
    expect(questions(output)).toHaveLength(count);
  });

  test('plain web is not found, and without CoreDNS only names fail', async () => {
    const output = await typed([
      `${client} curl -sS http://web`,
      'kubectl scale deployment coredns -n kube-system --replicas=0',
      `${client} curl -sS http://web.shop`,
      `${client} curl -s http://$(kubectl get service web -n shop -o jsonpath={.spec.clusterIP})`,
    ]);
    expect(output.match(/\(6\) Could not resolve host/g)).toHaveLength(2);
    expect(output).toContain('Hello, world!');
  });

  test('the pod’s name exists once subdomain and Service agree', async () => {
    const ask = [`${client} dig +short anna.desks.shop.svc.cluster.local`];
    expect(await typed(ask, asFound('05-dns', 'two-trips', 'shop.yaml'))).toBe('');
    expect(await typed(ask)).toMatch(/^100\.96\.\d+\.\d+\n$/);
  });
});

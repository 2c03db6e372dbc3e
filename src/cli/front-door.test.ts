import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../engine/index.ts';
import { parseManifest, stringifyYaml } from '../manifest/index.ts';
import { type CommandIo, createShell, type Shell } from '../shell/index.ts';
import { createFiles } from './files.ts';

/**
 * Names, Service types and Ingress as a learner asks for them, each from inside and outside, right and wrong: what the
 * deck's rows Q5, S1 to S4 and I1 to I4 are about. A row is a command, the facts that its output must hold, and its exit
 * status.
 */
type Row = readonly [command: string, facts: readonly (string | RegExp)[], status?: number];

const IN = 'kubectl exec -n shop first --';
const DIG = `${IN} dig +noall +answer +comments`;
const HTML404 = '<center><h1>404 Not Found</h1></center>';

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'Q5: names': [
    [
      `${IN} cat /etc/resolv.conf`,
      [
        'search shop.svc.cluster.local svc.cluster.local cluster.local',
        'nameserver 100.64.0.10',
        'options ndots:5',
      ],
    ],
    [`${IN} dig +search +noall +answer web`, [/^web\.shop\.svc\.cluster\.local\.\s+30\s+IN\s+A\s+100\./m]],
    [`${DIG} chosen.shop.svc.cluster.local`, ['status: NOERROR', /\sA\s+100\.64\.7\.7/]],
    [`${DIG} web.default.svc.cluster.local`, ['status: NXDOMAIN']],
    [`${DIG} web.shop.svc.cluster.local AAAA`, ['status: NOERROR', 'ANSWER: 0']],
    [`${DIG} _http._tcp.web.shop.svc.cluster.local SRV`, [/SRV\s+0 100 80 web\.shop\.svc\.cluster\.local\./]],
    [`${DIG} first.group.shop.svc.cluster.local`, [/\sA\s+100\.(9|1)\d+\.\d+\.\d+/]],
    [
      `${DIG} _http._tcp.group.shop.svc.cluster.local SRV`,
      [/SRV\s+0 100 8080 first\.group\.shop\.svc\.cluster\.local\./],
    ],
    [`${IN} dig +short -x 100.64.7.7`, ['chosen.shop.svc.cluster.local.']],
    [`${DIG} 100-64-7-7.shop.pod.cluster.local`, [/\sA\s+100\.64\.7\.7/]],
    [`${DIG} dns-version.cluster.local TXT`, ['"1.1.0"']],
    [`${IN} curl -s http://web.shop/hostname`, [/^web-/]],
    [`${IN} curl -sS http://web.default`, ['curl: (6) Could not resolve host: web.default'], 6],
    ['curl -sS http://web.shop.svc.cluster.local', ['curl: (6) Could not resolve host'], 6],
    ['dig +noall +comments web.shop.svc.cluster.local', ['status: NXDOMAIN']],
  ],
  'S1: ClusterIP': [
    [`${IN} curl -s http://100.64.7.7/hostname`, [/^web-/]],
    ['ssh node-1 curl -s http://100.64.7.7/hostname', [/^web-/]],
    ['curl -sS -m 2 http://100.64.7.7/', ['curl: (28)'], 28],
    [
      'kubectl create service clusterip taken --clusterip=100.64.7.7 --tcp=80',
      ['provided IP is already allocated'],
      1,
    ],
    ['kubectl create service clusterip outside --clusterip=192.0.2.1 --tcp=80', ['Invalid value'], 1],
  ],
  'S2: NodePort': [
    ['curl -s http://10.0.0.11:30080', ['paid']],
    ['curl -s http://10.0.0.12:30080', ['paid']],
    ['curl -s http://10.0.0.10:30080', ['paid']],
    [`${IN} curl -s http://door`, ['paid']],
    ['curl -sS http://10.0.0.11:30099', ['curl: (7)'], 7],
    [
      'kubectl create service nodeport low --tcp=80 --node-port=80',
      ['provided port is not in the valid range. The range of valid ports is 30000-32767'],
      1,
    ],
    [
      'kubectl create service nodeport again --tcp=80 --node-port=30080',
      ['provided port is already allocated'],
      1,
    ],
  ],
  'S3: LoadBalancer': [
    [
      'kubectl get svc -n shop balanced -o jsonpath={.status.loadBalancer.ingress[0]}',
      ['"ip":"203.0.113.193"', '"ipMode":"VIP"'],
    ],
    ['curl -s http://203.0.113.193/hostname', [/^web-/]],
    [`${IN} curl -s http://203.0.113.193/hostname`, [/^web-/]],
    ['ssh gateway ip route show 203.0.113.193', ['nexthop via 10.0.0.11', 'nexthop via 10.0.0.12']],
    [
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s http://203.0.113.193/clientip; echo; done | sort -u',
      [/10\.0\.0\.1|198\.51\.100\.10/],
    ],
    ['kubectl get svc -n shop classy', ['<pending>']],
    ['curl -s http://10.0.0.11:30082/hostname', [/^web-/]],
    ['curl -sS -m 2 http://203.0.113.195', ['curl: (28)'], 28],
    ['ssh gateway ip route show 203.0.113.194', [/203\.0\.113\.194 via 10\.0\.0\.1[12] dev eth0/]],
    ['curl -s http://203.0.113.194', ['paid']],
  ],
  'S4: ExternalName': [
    [
      `${IN} dig +noall +answer site.shop.svc.cluster.local`,
      [/CNAME\s+example\.com\./, /example\.com\.\s+\d+\s+IN\s+A\s+203\.0\.113\.10/],
    ],
    [`${IN} curl -s -o /dev/null -w '%{http_code}' http://site`, ['404']],
    [`${IN} curl -s -H 'Host: example.com' http://site`, ['Example Domain']],
    [
      `${IN} curl -sS https://site`,
      ["no alternative certificate subject name matches target host name 'site'"],
      60,
    ],
    [`${IN} curl -s https://example.com`, ['Example Domain']],
    ['kubectl exec -n shop first -- curl -s http://neighbour.default/hostname', [/^web-/]],
    [`${IN} nc -zv database 5432`, ['succeeded']],
    [`${IN} nc -zv db.example.com 5432`, ['succeeded']],
    ['ssh node-1 "iptables-save -t nat | grep -c shop/site"', [/^0$/m], 1],
    ['curl -sS http://site.shop.svc.cluster.local', ['curl: (6)'], 6],
  ],
  'I1 to I4: Ingress': [
    [
      'kubectl get ingress -n shop two-hosts -o jsonpath={.status.loadBalancer.ingress[0].ip}',
      ['203.0.113.200'],
    ],
    ['curl -s -H "Host: web.example" http://203.0.113.200/hostname', [/^web-/]],
    ['curl -s -H "Host: pay.example" http://203.0.113.200/', ['paid']],
    ['curl -s http://203.0.113.200/', [HTML404]],
    ['curl -s -H "Host: other.example" http://203.0.113.200/', [HTML404]],
    ['curl -s -o /dev/null -w "%{http_code}" -H "Host: broken.example" http://203.0.113.200/', ['503']],
    ['curl -s -H "Host: web.example" http://203.0.113.200/clientip', [/^100\.(9|1)\d+/]],
    [`${IN} curl -s -H 'Host: pay.example' http://entrance`, ['paid']],
    [`${IN} curl -s -H 'Host: pay.example' http://203.0.113.200`, ['paid']],
    [
      'curl -s -o /dev/null -w "%{http_code} %{redirect_url}" -H "Host: secure.example" http://203.0.113.200/a',
      ['308 https://secure.example/a'],
    ],
    [
      'curl -sS --connect-to ::203.0.113.200: https://secure.example/',
      ['SSL certificate problem: self-signed certificate'],
      60,
    ],
    [
      'openssl s_client -connect 203.0.113.200:443 -servername secure.example </dev/null 2>/dev/null | openssl x509 -noout -subject',
      ['Kubernetes Ingress Controller Fake Certificate'],
    ],
    [
      'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout tls.key -out tls.crt -subj /CN=secure.example -addext subjectAltName=DNS:secure.example',
      [],
    ],
    ['kubectl create secret tls -n shop secure --cert=tls.crt --key=tls.key', ['secret/secure created']],
    ['sleep 5', []],
    ['curl -s --cacert tls.crt --connect-to ::203.0.113.200: https://secure.example/hostname', [/^web-/]],
    [
      'curl -sS --cacert tls.crt --connect-to ::203.0.113.200: https://web.example/',
      ['self-signed certificate'],
      60,
    ],
    [
      'curl -sv --cacert tls.crt --connect-to ::203.0.113.200: https://secure.example/hostname',
      [
        'SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384',
        'subject: CN=secure.example',
        'SSL certificate verify ok.',
        '< HTTP/2 200',
      ],
    ],
    [
      'openssl s_client -connect 203.0.113.200:443 -servername secure.example -CAfile tls.crt </dev/null',
      ['Verify return code: 0 (ok)', 'subject=CN = secure.example'],
    ],
    ['curl -s http://203.0.113.200:443/', ['The plain HTTP request was sent to HTTPS port']],
    ['curl -sS https://203.0.113.200:80/', ['wrong version number'], 35],
    [
      'kubectl exec -n shop deploy/controller -- cat /etc/nginx/nginx.conf',
      ['server_name "pay.example";', 'server_name "secure.example";'],
    ],
    ['kubectl scale -n shop deploy/controller --replicas=0', ['scaled']],
    ['sleep 20', []],
    ['curl -sS -m 2 http://203.0.113.200/', ['curl: (28)'], 28],
  ],
  'CoreDNS down': [
    ['kubectl scale -n kube-system deploy/coredns --replicas=0', ['scaled']],
    ['sleep 10', []],
    [
      `${IN} dig +tries=1 web.shop.svc.cluster.local`,
      ['connection refused', 'no servers could be reached'],
      9,
    ],
    [`${IN} curl -sS http://web`, ['curl: (6) Could not resolve host: web'], 6],
    [`${IN} curl -s http://100.64.7.7/hostname`, [/^web-/]],
  ],
};

let shell: Shell;
beforeAll(async () => {
  const cluster = createCluster({ loadBalancerProvider: { pool: '203.0.113.192/27', delayMs: 1000 } });
  const path = join(import.meta.dirname, 'front-door.yaml');
  shell = createShell({ cluster, files: createFiles([path]), parseManifests: parseManifest, stringifyYaml });
  await ask(`kubectl apply -f ${path}`);
  // The controller looks after its Ingresses' addresses once a minute.
  await ask('sleep 70');
}, 60_000);

async function ask(line: string): Promise<{ readonly output: string; readonly status: number }> {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const io: CommandIo = { write, writeError: write, columns: 200, signal: new AbortController().signal };
  const { status } = await shell.run(line, io);
  return { output, status };
}

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  const named = rows.map(([command, facts, status = 0]) => ({ command, facts, status }));
  test.each(named)('$command', async ({ command, facts, status }) => {
    const answer = await ask(command);
    for (const fact of facts) expect(answer.output).toMatch(fact);
    expect(answer.status, answer.output).toBe(status);
  });
});

import { parse, parseAllDocuments } from 'yaml';
import { createCluster } from '../../../src/engine/index.ts';
import { shellOn } from '../../support/shell-on.ts';
import { type Measured, median, type Scenario } from '../scenario.ts';
import { webernetesFirstReply } from '../webernetes.ts';

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  namespace: default
spec:
  replicas: 3
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
        - name: hello
          image: hello:1.0
          ports:
            - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: hello-service
  namespace: default
spec:
  selector:
    app: hello
  ports:
    - port: 80
      targetPort: 8080
`;

const CLIENT = `apiVersion: v1
kind: Pod
metadata:
  name: client
spec:
  containers:
    - name: client
      image: nicolaka/netshoot:v0.13
      command: [sleep, infinity]
`;

/** Manifest text in, the first traced HTTP reply by Service name out; the empty cluster and the client's pod are there before. */
export const scenario: Scenario = {
  name: 'first-traced-reply',
  what: 'from the text of a Deployment of 3 and a Service to the first traced HTTP reply by Service name',
  async run(): Promise<Measured> {
    const times: number[] = [];
    for (let run = -10; run < 25; run++) {
      const time = await ours();
      if (run >= 0) times.push(time);
    }
    times.sort((a, b) => a - b);
    const theirs: number[] = [];
    for (let run = 0; run < 3; run++)
      theirs.push(await webernetesFirstReply(parseAllDocuments(MANIFEST).map((document) => document.toJS())));
    theirs.sort((a, b) => a - b);
    const yaml = await median(50, () => MANIFEST.split('---').map((text) => parse(text)));
    return {
      ours: times[times.length >> 1]!,
      others: [
        {
          against: 'webernetes',
          time: theirs[1]!,
          note: 'wget by Service name, no rules, no packets; wall-clock timers',
        },
        { against: 'yaml', time: yaml, note: 'parsing the same text with the yaml package, nothing else' },
      ],
    };
  },
};

async function ours(): Promise<number> {
  const cluster = createCluster();
  const files = new Map([
    ['client.yaml', CLIENT],
    ['hello.yaml', MANIFEST],
  ]);
  const shell = shellOn(cluster, files);
  let output = '';
  const print = (text: string) => {
    output += text;
  };
  const io = {
    write: print,
    writeError: print,
    columns: 120,
    signal: new AbortController().signal,
  };
  cluster.settle();
  await shell.run('kubectl apply -f client.yaml', io);
  cluster.settle();

  const start = performance.now();
  await shell.run('kubectl apply -f hello.yaml', io);
  cluster.settle();
  const report = await shell.run('kubectl exec client -- curl -s http://hello-service', io);
  const traced = report.exchanges.map((exchange) =>
    exchange.packets.map(({ trace }) => [cluster.stations(trace), cluster.explain(trace)]),
  );
  const time = performance.now() - start;

  if (report.status !== 0 || traced.length === 0) throw new Error(`no traced reply:\n${output}`);
  return time;
}

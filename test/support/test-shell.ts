import { type Cluster, createCluster } from '../../src/engine/index.ts';
import type { Shell } from '../../src/shell/index.ts';
import { shellOn } from './shell-on.ts';

/** A Deployment `hello` of two pods with a Service, and a pod `client` with tools. */
export const HELLO = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec:
  replicas: 2
  selector: {matchLabels: {app: hello}}
  template:
    metadata: {labels: {app: hello}}
    spec: {containers: [{name: hello, image: 'gcr.io/google-samples/hello-app:1.0'}]}
---
apiVersion: v1
kind: Service
metadata: {name: hello}
spec: {selector: {app: hello}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: nicolaka/netshoot, command: [sleep, infinity]}]}
`;

export interface TestShell {
  readonly cluster: Cluster;
  readonly shell: Shell;
  readonly files: Map<string, string>;
  /** Types a line; answers all that came on the screen, and lets the cluster settle. */
  type(line: string, signal?: AbortSignal): Promise<{ readonly output: string; readonly status: number }>;
}

/** A shell on the default cluster, with `hello.yaml` beside it; `applied`: and in it. */
export async function startTestShell(options: { readonly applied?: boolean } = {}): Promise<TestShell> {
  const cluster = createCluster();
  const files = new Map([['hello.yaml', HELLO]]);
  const shell = shellOn(cluster, files);
  const type: TestShell['type'] = async (line, signal = new AbortController().signal) => {
    const output: string[] = [];
    const write = (text: string) => void output.push(text);
    const { status } = await shell.run(line, { write, writeError: write, columns: 80, signal });
    cluster.settle();
    return { output: output.join(''), status };
  };
  if (options.applied) await type('kubectl apply -f hello.yaml');
  return { cluster, shell, files, type };
}

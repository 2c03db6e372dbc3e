/** What the recorded tools look at: two servers, three places to type in, Services with and without endpoints. */
export const MANIFEST = `apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: hello}}
spec:
  nodeName: node-1
  containers: [{name: hello, image: 'gcr.io/google-samples/hello-app:1.0', ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: web-2, labels: {app: far}}
spec:
  nodeName: node-2
  containers: [{name: hello, image: 'gcr.io/google-samples/hello-app:1.0', ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: tools}
spec:
  nodeName: node-1
  containers: [{name: tools, image: 'nicolaka/netshoot:v0.14', command: [sleep, infinity]}]
---
apiVersion: v1
kind: Pod
metadata: {name: debian}
spec:
  nodeName: node-1
  containers: [{name: debian, image: 'registry.k8s.io/e2e-test-images/jessie-dnsutils:1.7', command: [sleep, infinity]}]
---
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  nodeName: node-1
  containers: [{name: box, image: 'busybox:1.35', command: [sleep, infinity]}]
---
apiVersion: v1
kind: Service
metadata: {name: hello}
spec: {clusterIP: 100.64.0.80, selector: {app: hello}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: far}
spec: {clusterIP: 100.64.0.81, type: NodePort, selector: {app: far}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {clusterIP: 100.64.0.82, selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: hello}, ports: [{name: http, port: 8080}]}
`;

/** A place to type in. `debian`: a pod of glibc and Debian's tools; `tools`: iproute2's in a pod; `box`: busybox's. */
export type Place = 'node-1' | 'node-2' | 'client' | 'tools' | 'debian' | 'box';

/** One command line, and what goes on beside it. */
export interface Step {
  readonly id: string;
  readonly in: Place;
  readonly command: string;
  /** Typed elsewhere while the command runs; the command is then told to end (Ctrl-C) unless it ended by itself. */
  readonly during?: readonly { readonly in: Place; readonly command: string }[];
  /** Ctrl-C after so many seconds. */
  readonly interruptAfter?: number;
}

/** What came of it. */
export interface Recorded extends Step {
  readonly output: string;
  readonly errors: string;
  readonly status: number;
}

export interface Transcripts {
  readonly how: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly manifest: string;
  readonly steps: readonly Recorded[];
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../src/engine/index.ts';
import type { Shell } from '../src/shell/index.ts';
import { shellOn } from './support/shell-on.ts';

/**
 * Manifests as people publish them, of every kind that a workload is made of, and what a cluster makes of them: each row
 * is a command and the facts that its output must hold, in order of a session; the last word is the exit status.
 */
type Row = readonly [command: string, facts: readonly (string | RegExp)[], status?: number];

const SESSIONS: Readonly<Record<string, readonly Row[]>> = {
  'three-tiers.yaml': [
    [
      'kubectl get pods -n shop',
      [
        /^db-0 +1\/1 +Running/m,
        /^db-1 +1\/1 +Running/m,
        /^api-\S+ +1\/1 +Running/m,
        /^web-\S+ +1\/1 +Running/m,
      ],
    ],
    ['kubectl exec -n shop db-0 -- hostname', ['db-0']],
    ['kubectl exec -n shop deploy/api -- env', [/^password=s3cret$/m, /^WEB_SERVICE_PORT=80$/m]],
    ['kubectl exec -n shop deploy/web -- cat /etc/nginx/conf.d/default.conf', ['proxy_pass http://api:8080']],
    ['kubectl get endpointslices -n shop', [/^db-\S+ +IPv4 +5432 +100\.96\.\S+,100\.96\./m]],
    [
      'kubectl get events -n shop --field-selector involvedObject.name=db-0',
      [
        'Successfully assigned shop/db-0 to node-',
        'Pulling image "postgres:17"',
        'Container created',
        'Container started',
      ],
    ],
    ['kubectl rollout status sts/db -n shop', ['statefulset rolling update complete 2 pods at revision db-']],
    ['kubectl set image sts/db -n shop postgres=postgres:18', ['statefulset.apps/db image updated']],
    ['kubectl rollout status sts/db -n shop', ['rolling update complete 2 pods at revision db-']],
    ['kubectl rollout history sts/db -n shop', [/^1 +<none>$/m, /^2 +<none>$/m]],
    ['kubectl rollout undo sts/db -n shop', ['statefulset.apps/db rolled back']],
    ['kubectl rollout status sts/db -n shop', ['rolling update complete 2 pods at revision db-']],
    ["kubectl get pod db-1 -n shop -o jsonpath='{.spec.containers[0].image}'", ['postgres:17']],
    ['kubectl delete ns shop', ['namespace "shop" deleted']],
    ['kubectl get all -n shop', ['No resources found in shop namespace.']],
  ],
  'workloads.yaml': [
    ['kubectl rollout status ds/agent', ['daemon set "agent" successfully rolled out']],
    ['kubectl logs ds/agent', [/node node-[12]/]],
    ['kubectl get pods -l app=agent -o wide', [/node-1/, /node-2/]],
    ['kubectl wait --for=condition=complete job/count', ['job.batch/count condition met']],
    ['kubectl get job count', [/^count +Complete +3\/3/m]],
    ["kubectl get job count -o jsonpath='{.status.completedIndexes}'", ['0-2']],
    ['kubectl logs -l batch.kubernetes.io/job-completion-index=2', ['index 2']],
    ['kubectl wait --for=condition=failed job/fails --timeout=300s', ['job.batch/fails condition met']],
    ['kubectl describe job fails', ['BackoffLimitExceeded', 'Job has reached the specified backoff limit']],
    ['kubectl rollout status deploy/stuck', ['deployment "stuck" successfully rolled out']],
    ['kubectl set image deploy/stuck web=nginx:nope1.29xx', ['deployment.apps/stuck image updated']],
    ['kubectl rollout status deploy/stuck', ['error: deployment "stuck" exceeded its progress deadline'], 1],
    ['kubectl get pods -l app=stuck', [/0\/1 +(ImagePullBackOff|ErrImagePull)/, /1\/1 +Running/]],
    ['kubectl get deploy stuck', [/^stuck +3\/3 +1 +3/m]],
    ['kubectl rollout undo deploy/stuck', ['deployment.apps/stuck rolled back']],
    ['kubectl rollout status deploy/stuck', ['deployment "stuck" successfully rolled out']],
    ['sleep 60', []],
    ['kubectl get job count', ['Error from server (NotFound): jobs.batch "count" not found'], 1],
    ['kubectl create service clusterip inside --tcp=80 --clusterip=10.200.0.9', ['service/inside created']],
    ['kubectl delete servicecidr more --wait=false', ['servicecidr.networking.k8s.io "more" deleted']],
    ["kubectl get servicecidr more -o jsonpath='{.status.conditions[0].reason}'", ['Terminating']],
    ['kubectl delete svc inside', ['service "inside" deleted']],
    ['sleep 15', []],
    ['kubectl get servicecidr more', ['NotFound'], 1],
    ["kubectl get ingressclass nginx -o jsonpath='{.spec.controller}'", ['k8s.io/ingress-nginx']],
  ],
};

describe.each(Object.entries(SESSIONS))('%s', (file, rows) => {
  let cluster: Cluster;
  let shell: Shell;
  const run = async (line: string) => {
    let output = '';
    const { status } = await shell.run(line, {
      write: (text) => {
        output += text;
      },
      writeError: (text) => {
        output += text;
      },
      columns: 160,
      signal: new AbortController().signal,
    });
    return { output, status };
  };

  beforeAll(async () => {
    cluster = createCluster();
    const text = readFileSync(join(import.meta.dirname, 'examples', file), 'utf8');
    shell = shellOn(cluster, new Map([[file, text]]));
    const applied = await run(`kubectl apply -f ${file}`);
    expect(applied.output).not.toMatch(/rror/);
    cluster.settle();
  });

  test.each(rows.map((row) => ({ row, command: row[0] })))('$command', async ({ row }) => {
    const [command, facts, expected = 0] = row;
    const { output, status } = await run(command);
    for (const fact of facts)
      expect(output, command).toMatch(
        typeof fact === 'string' ? new RegExp(fact.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : fact,
      );
    expect(status, output).toBe(expected);
    cluster.settle();
  });
});

describe('a node that falls silent', () => {
  test('is NotReady, and its pods are replaced elsewhere, though its containers still run', async () => {
    const cluster = createCluster();
    const shell = shellOn(cluster);
    const run = async (line: string) => {
      let output = '';
      const write = (text: string) => {
        output += text;
      };
      await shell.run(line, {
        write,
        writeError: write,
        columns: 160,
        signal: new AbortController().signal,
      });
      return output;
    };
    await run('kubectl create deployment web --image=nginx --replicas=4');
    cluster.settle();
    cluster.kubelet('node-2')?.stop();
    cluster.clock.advance(60_000);
    cluster.settle();
    expect(await run('kubectl get nodes')).toMatch(/^node-2 +NotReady/m);
    expect(await run('kubectl describe node node-2')).toContain('Kubelet stopped posting node status.');
    expect(await run('kubectl get node node-2 -o yaml')).toContain('node.kubernetes.io/unreachable');
    expect(await run('kubectl get endpointslices -l kubernetes.io/service-name=kubernetes')).toContain(
      '10.0.0.10',
    );
    cluster.clock.advance(310_000);
    cluster.settle();
    const pods = await run('kubectl get pods -o wide');
    expect(pods.match(/ Terminating /g)).toHaveLength(2);
    expect(pods.match(/ Running .* node-1/g)).toHaveLength(4);
    cluster.kubelet('node-2')?.start();
    cluster.clock.advance(60_000);
    cluster.settle();
    expect(await run('kubectl get nodes')).toMatch(/^node-2 +Ready/m);
    expect(await run('kubectl get pods')).not.toContain('Terminating');
    expect(await run('kubectl get node node-2 -o yaml')).not.toContain('unreachable');
  });
});

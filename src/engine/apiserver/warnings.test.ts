import { describe, expect, test } from 'vitest';
import type { ResourceName } from '../api/index.ts';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from './create-api-server.ts';

function start() {
  return createApiServer({
    clock: createVirtualClock(),
    random: createRandom(1),
    serviceCIDR: '10.96.0.0/12',
  });
}

/** The warnings for something that must be accepted. */
function warningsFor(resource: ResourceName, name: string, spec: object, annotations = {}) {
  const result = start().create(resource, {
    metadata: { name, namespace: 'default', annotations },
    spec,
  } as never);
  expect(result).toMatchObject({ ok: true });
  return result.warnings;
}

const container = { name: 'c', image: 'nginx' };

describe('a pod that is accepted, but not as meant', () => {
  test.each<[string, object, string[]]>([
    [
      'a variable that hides another',
      {
        containers: [
          {
            ...container,
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
              { name: 'A', value: '$(A)3' },
            ],
          },
        ],
      },
      ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    ],
    [
      'ports of one number and name',
      {
        containers: [
          { ...container, ports: [{ name: 'http', containerPort: 80 }] },
          { ...container, name: 'd', ports: [{ name: 'http', containerPort: 80 }] },
        ],
      },
      [
        'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[0]: duplicate port name "http" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
      ],
    ],
    [
      'milli-bytes',
      { containers: [{ ...container, resources: { limits: { memory: '128m' } } }] },
      [
        'spec.containers[0].resources.limits[memory]: fractional byte value "128m" is invalid, must be an integer',
        'spec.containers[0].resources.requests[memory]: fractional byte value "128m" is invalid, must be an integer',
      ],
    ],
    [
      'labels of long ago',
      { containers: [container], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      'a spread of no pods',
      {
        containers: [container],
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
        ],
      },
      ['spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod'],
    ],
    [
      'files over each other',
      {
        containers: [container],
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'm',
              items: [
                { key: 'a', path: 'p' },
                { key: 'b', path: 'p/q' },
              ],
            },
          },
        ],
      },
      ['volume "v" (ConfigMap "m"): overlapping paths: "p/q" with "p"'],
    ],
  ])('%s', (_, spec, warnings) => {
    expect(warningsFor('pods', 'web', spec)).toEqual(warnings);
  });

  test('a name with dots', () => {
    expect(warningsFor('pods', 'a.b', { containers: [container] })).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });
});

describe('a workload', () => {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [container], imagePullSecrets: [{ name: 's' }, { name: 's' }] },
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
  const warning = 'spec.template.spec.imagePullSecrets[1].name: duplicate name "s"';

  test('is warned of in its template, once more when its spec changes', () => {
    const api = start();
    expect(api.create('deployments', deployment).warnings).toEqual([warning]);
    const labelled = { ...deployment, metadata: { ...deployment.metadata, labels: { a: 'b' } } };
    expect(api.update('deployments', labelled).warnings).toEqual([]);
    const scaled = { ...deployment, spec: { ...deployment.spec, replicas: 2 } };
    expect(api.update('deployments', scaled).warnings).toEqual([warning]);
  });
});

describe('networking', () => {
  test('the annotation that came before ingressClassName', () => {
    const spec = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } };
    expect(warningsFor('ingresses', 'web', spec, { 'kubernetes.io/ingress.class': 'nginx' })).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
  });

  test('a block that has bits of a host', () => {
    const spec = { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] };
    expect(warningsFor('networkpolicies', 'web', spec)).toEqual([
      'spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { RESOURCES } from '../../api/index.ts';
import { decodeObject } from './decode-object.ts';

const infoOf = (kind: string) => RESOURCES.find((info) => info.kind === kind)!;

function decode(kind: string, input: unknown, fieldValidation: 'Strict' | 'Warn' | 'Ignore' = 'Strict') {
  return decodeObject(infoOf(kind), input, { fieldValidation });
}

function complaint(kind: string, input: unknown) {
  const result = decode(kind, input);
  return result.ok ? undefined : result.status.message;
}

describe('decoding strictly', () => {
  test('names every field that there is none of, in the order of the names', () => {
    expect(complaint('Service', { spec: { selektor: {}, ports: [{ portt: 1 }] } })).toBe(
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.ports[0].portt", unknown field "spec.selektor"',
    );
  });

  test('tells small letters from capital ones', () => {
    expect(complaint('Service', { Spec: {} })).toContain('unknown field "Spec"');
  });

  test('names keys that the text had twice', () => {
    const result = decodeObject(
      infoOf('Service'),
      {},
      { fieldValidation: 'Strict', duplicateFields: ['spec.ports'] },
    );
    expect(!result.ok && result.status.message).toContain(
      'strict decoding error: duplicate field "spec.ports"',
    );
  });

  test.each([
    [
      'Deployment',
      { spec: { replicas: '3' } },
      'string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'Pod',
      { spec: { containers: { name: 'c' } } },
      'object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'Pod',
      { spec: { containers: ['c'] } },
      'string into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    [
      'Deployment',
      { spec: { template: { spec: { containers: [{ env: [{ name: 'PORT', value: 8080 }] }] } } } },
      'number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      'Service',
      { metadata: { labels: { a: 1 } } },
      'number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'Service',
      { spec: { ports: [{ port: 1.5 }] } },
      'number 1.5 into Go struct field ServicePort.spec.ports.port of type int32',
    ],
    [
      'Service',
      { spec: { ports: [{ port: 80, protocol: 6 }] } },
      'number into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol',
    ],
    [
      'Pod',
      { spec: { volumes: [{ name: 'a', configMap: { name: 3 } }] } },
      'number into Go struct field ConfigMapVolumeSource.spec.volumes.VolumeSource.configMap.LocalObjectReference.name of type string',
    ],
    [
      'Pod',
      { spec: { containers: [{ name: 'a', livenessProbe: { httpGet: { port: {} } } }] } },
      'object into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    ],
    ['Service', { metadata: 'web' }, 'string into Go struct field Service.metadata of type v1.ObjectMeta'],
  ])('%s %j does not fit', (kind, input, text) => {
    expect(complaint(kind, input)).toBe(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${text}`,
    );
  });

  test('lets quantities, times and base64 complain for themselves', () => {
    expect(
      complaint('Pod', { spec: { containers: [{ resources: { limits: { cpu: 'much' } } }] } }),
    ).toContain(
      "as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
    expect(complaint('Secret', { data: { a: 'not base64' } })).toContain(
      'as a Secret: illegal base64 data at input byte 3',
    );
    expect(complaint('Service', { spec: { ports: [{ targetPort: true }] } })).toContain(
      'json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
    );
  });
});

describe('decoding leniently', () => {
  test('warns, or says nothing', () => {
    const input = { spec: { selektor: {} } };
    expect(decode('Service', input, 'Warn')).toMatchObject({
      ok: true,
      warnings: ['unknown field "spec.selektor"'],
    });
    expect(decode('Service', input, 'Ignore')).toMatchObject({ ok: true, warnings: [] });
  });

  test('what Go cannot tell from absent is absent, what it can stays', () => {
    const result = decode('Deployment', {
      metadata: { name: 'web', labels: {}, finalizers: [] },
      spec: {
        replicas: 0,
        minReadySeconds: 0,
        paused: false,
        selector: {},
        template: {
          spec: {
            hostNetwork: false,
            containers: [
              { name: 'c', env: [{ name: 'A', value: '' }], securityContext: { privileged: false } },
            ],
          },
        },
      },
    });
    expect(result.ok && result.object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 0,
        selector: {},
        strategy: {},
        template: {
          metadata: {},
          spec: {
            containers: [
              { name: 'c', env: [{ name: 'A' }], resources: {}, securityContext: { privileged: false } },
            ],
          },
        },
      },
      status: {},
    });
  });

  test('quantities come out in canonical form', () => {
    const limits = { memory: '1024Mi', cpu: 0.5, 'ephemeral-storage': '1e3' };
    const result = decode('Pod', { spec: { containers: [{ resources: { limits } }] } });
    expect(result.ok && result.object).toMatchObject({
      spec: {
        containers: [{ resources: { limits: { memory: '1Gi', cpu: '500m', 'ephemeral-storage': '1e3' } } }],
      },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { KNOWN_IMAGES } from './known-images.ts';
import { parseImageReference } from './reference.ts';
import { createImageTable } from './table.ts';

const table = createImageTable();

describe('image references', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.29', 'docker.io/library/nginx:1.29'],
    ['hashicorp/http-echo', 'docker.io/hashicorp/http-echo:latest'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['docker.io/nginx', 'docker.io/nginx:latest'],
  ])('%s is %s', (text, canonical) => {
    expect(parseImageReference(text)).toMatchObject({ ok: true, reference: { canonical } });
  });

  test.each(['Nginx', 'nginx:', 'nginx::1', 'a b', ''])('%j is no reference', (text) => {
    expect(parseImageReference(text).ok).toBe(false);
  });
});

describe('the registries', () => {
  test.each([
    'nginx:1.29-alpine',
    'hello:1.0',
    'gcr.io/google-samples/hello-app:2.0',
    'us-docker.pkg.dev/google-samples/containers/gke/hello-app:1.0',
    'registry.k8s.io/e2e-test-images/agnhost:2.53',
    'busybox:1.28',
    'nicolaka/netshoot:v0.13',
    'curlimages/curl:8.12.1',
    'traefik/whoami:v1.11',
    'ealen/echo-server:0.9.2',
    'postgres:18-alpine',
    'python:3.13-slim',
    'redis:7.4',
  ])('have %s, which the table describes', (name) => {
    const pulled = table.pull(name);
    expect(pulled.ok && !pulled.image.generic).toBe(true);
  });

  test.each(['ghcr.io/acme/shop:v1.4.2', 'acme/api', 'node:22', 'mongo:8', 'quay.io/team/app:3f2a9bc'])(
    'run %s as a generic server',
    (name) => {
      expect(table.pull(name)).toMatchObject({ ok: true, image: { generic: true } });
    },
  );

  test('do not have a tag that nobody published', () => {
    expect(table.pull('nginx:1.999.0-doesnotexist')).toEqual({
      ok: false,
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.999.0-doesnotexist": failed to resolve image: docker.io/library/nginx:1.999.0-doesnotexist: not found',
    });
    expect(table.pull('gcr.io/google-samples/hello-app:3.0').ok).toBe(false);
  });

  test('do not say whether a repository is missing or private', () => {
    expect(table.pull('ngnix')).toEqual({
      ok: false,
      message:
        'failed to pull and unpack image "docker.io/library/ngnix:latest": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    });
  });
});

test('every image of the table can start what it says it starts', () => {
  for (const image of KNOWN_IMAGES) {
    const [name] = [...image.entrypoint, ...image.cmd];
    const short = name!.slice(name!.lastIndexOf('/') + 1);
    expect([...Object.keys(image.programs), ...image.tools], image.repositories[0]).toContain(short);
    expect(image.about, image.repositories[0]).not.toBe('');
  }
});

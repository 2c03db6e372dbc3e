/** Manifests and what a real API server of v1.36 answers to them: `apiserver.json`. */
import { type KubernetesObject, RESOURCES } from '../../../src/engine/api/index.ts';
import { createRandom, createVirtualClock, deepEqual } from '../../../src/engine/apimachinery/index.ts';
import { createApiServer } from '../../../src/engine/apiserver/index.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'apiserver.json';

interface Records {
  readonly cases: readonly {
    readonly id: string;
    readonly manifest: KubernetesObject;
    readonly answer: {
      readonly code: number;
      readonly reason?: string;
      readonly message?: string;
      readonly warnings?: readonly string[];
    };
  }[];
}

export function run(records: unknown): GoldenResult[] {
  return (records as Records).cases.map(({ id, manifest, answer }) => {
    const server = createApiServer({
      clock: createVirtualClock(),
      random: createRandom(1),
      serviceCIDR: '10.96.0.0/12',
    });
    const { name: resource } = RESOURCES.find(({ kind }) => kind === manifest.kind)!;
    const result = server.create(resource, manifest as never, { dryRun: true, fieldValidation: 'Strict' });
    const expected = { code: answer.code, message: answer.message ?? '', warnings: answer.warnings ?? [] };
    const got = {
      code: result.ok ? 201 : result.status.code,
      message: result.ok ? '' : result.status.message,
      warnings: result.warnings,
    };
    const passed = deepEqual(expected, got);
    return passed
      ? { id, passed }
      : { id, passed, difference: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}` };
  });
}

import type { WorkerLike } from './client.ts';
import workerUrl from './lab.worker.ts?worker&url';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const policy = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'hop-lab',
  {
    createScriptURL: (url) => url,
  },
);

/** Starts the worker that simulates the cluster. */
export function createWorker(): WorkerLike {
  return new Worker(policy ? policy.createScriptURL(workerUrl) : workerUrl, {
    type: 'module',
    name: 'lab',
  }) as WorkerLike;
}

import type { ApiClient } from '../apiserver/index.ts';
import { decodeBase64 } from './base64.ts';

type Data = Readonly<Record<string, string>>;

/** A ConfigMap's keys as text; undefined: no such ConfigMap. */
export function configMapData(api: ApiClient, namespace: string, name: string): Data | undefined {
  const stored = api.get('configmaps', namespace, name);
  if (!stored.ok) return undefined;
  return { ...stored.object.data, ...decodeAll(stored.object.binaryData) };
}

/** A Secret's keys, decoded; undefined: no such Secret. */
export function secretData(api: ApiClient, namespace: string, name: string): Data | undefined {
  const stored = api.get('secrets', namespace, name);
  return stored.ok ? decodeAll(stored.object.data) : undefined;
}

function decodeAll(data: Data | undefined): Data {
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, decodeBase64(value)]));
}

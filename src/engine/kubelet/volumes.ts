import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume, VolumeProjection } from '../api/index.ts';
import { createFileTree, type FileTree, readOnlyTree, syncedTree } from './filesystem.ts';

/** Where the files of volumes come from, as the kubelet of one node sees them. */
export interface VolumeSources {
  /** undefined: no such object. */
  configMap(name: string): Readonly<Record<string, string>> | undefined;
  /** Decoded. */
  secret(name: string): Readonly<Record<string, string>> | undefined;
  /** The text of one downward-API file. */
  downward(file: DownwardAPIVolumeFile): string;
  token(path: string): string;
  /** Virtual milliseconds. */
  now(): number;
  /** The node's folder, the same for every pod that mounts it. */
  hostPath(path: string): FileTree;
}

export type MountedVolumes =
  | { readonly ok: true; readonly trees: ReadonlyMap<string, FileTree> }
  /** The kubelet's sentences, for FailedMount events. */
  | { readonly ok: false; readonly messages: readonly string[] };

/** The folder where every pod finds its token, the cluster's CA and its namespace (plugin/pkg/admission/serviceaccount). */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Makes a tree of files for each volume of the pod. Edits of its objects arrive with the next sync of the pod. */
export function mountVolumes(pod: Pod, sources: VolumeSources): MountedVolumes {
  const trees = new Map<string, FileTree>();
  const messages: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const missing = missingSource(volume, sources);
    if (missing) messages.push(`MountVolume.SetUp failed for volume "${volume.name}" : ${missing}`);
    else trees.set(volume.name, treeOf(volume, sources));
  }
  return messages.length > 0 ? { ok: false, messages } : { ok: true, trees };
}

/** What stops the volume from being set up; undefined: nothing. */
function missingSource(volume: Volume, sources: VolumeSources): string | undefined {
  const { configMap, secret, projected } = volume;
  if (configMap)
    return missingKeys('configmap', configMap.name ?? '', configMap, sources.configMap(configMap.name ?? ''));
  if (secret)
    return missingKeys('secret', secret.secretName ?? '', secret, sources.secret(secret.secretName ?? ''));
  for (const source of projected?.sources ?? []) {
    const missing = source.configMap
      ? missingKeys(
          'configmap',
          source.configMap.name ?? '',
          source.configMap,
          sources.configMap(source.configMap.name ?? ''),
        )
      : source.secret &&
        missingKeys(
          'secret',
          source.secret.name ?? '',
          source.secret,
          sources.secret(source.secret.name ?? ''),
        );
    if (missing) return missing;
  }
  return undefined;
}

function missingKeys(
  kind: 'configmap' | 'secret',
  name: string,
  options: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  data: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (options.optional) return undefined;
  if (!data) return `${kind} "${name}" not found`;
  const absent = options.items?.find(({ key }) => data[key] === undefined);
  return absent && `references non-existent ${kind === 'configmap' ? 'config' : 'secret'} key: ${absent.key}`;
}

function treeOf(volume: Volume, sources: VolumeSources): FileTree {
  const { configMap, secret, downwardAPI, projected, hostPath } = volume;
  if (configMap)
    return syncedTree(sources.now, () => selected(sources.configMap(configMap.name ?? ''), configMap.items));
  if (secret)
    return syncedTree(sources.now, () => selected(sources.secret(secret.secretName ?? ''), secret.items));
  if (downwardAPI) return readOnlyTree(() => downwardFiles(downwardAPI.items, sources));
  if (projected)
    return syncedTree(sources.now, () =>
      Object.assign({}, ...(projected.sources ?? []).map((source) => projectedFiles(source, sources))),
    );
  if (hostPath) return sources.hostPath(hostPath.path);
  return createFileTree();
}

function projectedFiles(source: VolumeProjection, sources: VolumeSources): Readonly<Record<string, string>> {
  if (source.configMap)
    return selected(sources.configMap(source.configMap.name ?? ''), source.configMap.items);
  if (source.secret) return selected(sources.secret(source.secret.name ?? ''), source.secret.items);
  if (source.downwardAPI) return downwardFiles(source.downwardAPI.items, sources);
  const token = source.serviceAccountToken;
  return token ? { [token.path]: sources.token(token.path) } : {};
}

function selected(
  data: Readonly<Record<string, string>> | undefined,
  items: readonly KeyToPath[] | undefined,
): Readonly<Record<string, string>> {
  if (!data || !items) return data ?? {};
  return Object.fromEntries(
    items.flatMap(({ key, path }) => (data[key] === undefined ? [] : [[path, data[key]]])),
  );
}

function downwardFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  sources: VolumeSources,
): Readonly<Record<string, string>> {
  return Object.fromEntries((items ?? []).map((item) => [item.path, sources.downward(item)]));
}

/** Volumes of which parts hide each other, or that no longer work (pkg/api/pod/warnings.go, v1.36). */
import type { Volume, VolumeProjection } from '../../api/index.ts';
import { goQuote } from '../../apimachinery/index.ts';

const DEPRECATED_VOLUMES = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;

/** Where upstream's word for the field in a warning is not its name. */
const PRINTED: Readonly<Record<string, string>> = { storageos: 'storageOS' };

/** A path inside a volume, and what puts it there. */
interface Source {
  readonly path: string;
  readonly source: string;
}

export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  return [
    ...volumes.flatMap((volume, place) =>
      DEPRECATED_VOLUMES.filter(([field]) => Object.hasOwn(volume, field)).map(
        ([field, why]) => `${path}[${place}].${PRINTED[field] ?? field}: ${why}`,
      ),
    ),
    ...volumes.flatMap(overlapWarnings),
  ];
}

function overlapWarnings(volume: Volume): string[] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const warn = (what: string, sources: readonly Source[]) =>
    overlapsOf(sources).map(
      (overlap) => `volume ${goQuote(volume.name)} (${what}): overlapping paths: ${overlap}`,
    );
  const unnamed = (items: readonly { readonly path: string }[] = []) =>
    items.map(({ path }) => ({ path, source: '' }));
  return [
    ...warn(`ConfigMap ${goQuote(configMap?.name ?? '')}`, unnamed(configMap?.items)),
    ...warn(`Secret ${goQuote(secret?.secretName ?? '')}`, unnamed(secret?.items)),
    ...warn('DownwardAPI', unnamed(downwardAPI?.items)),
    ...(projected?.sources ?? [])
      .filter((source) => Object.keys(source).length === 0)
      .map(() => `volume ${goQuote(volume.name)} (Projected) has no sources provided`),
    ...warn('Projected', projected?.sources?.flatMap(projectedPaths) ?? []),
  ];
}

function projectedPaths({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): Source[] {
  const named = (items: readonly { readonly path: string }[], source: string) =>
    items.map(({ path }) => ({ path, source }));
  if (configMap?.items) return named(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  if (secret?.items) return named(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items) return named(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? named([serviceAccountToken], 'ServiceAccountToken') : [];
}

/** One path is another, or leads through it. */
function overlapsOf(sources: readonly Source[]): string[] {
  const seen: Source[] = [];
  return sources.flatMap(({ path: raw, source }) => {
    const path = (raw ?? '').replace(/\/+$/, '');
    const mine = { path, source };
    const collisions = path === '' ? [] : seen.filter((other) => leadsThrough(other.path, path));
    seen.push(mine);
    return collisions.map((other) => `${printed(mine)} with ${printed(other)}`);
  });
}

function leadsThrough(left: string, right: string): boolean {
  return left !== '' && (`${left}/`.startsWith(`${right}/`) || `${right}/`.startsWith(`${left}/`));
}

function printed({ path, source }: Source): string {
  return source === '' ? goQuote(path) : `${goQuote(path)} (${source})`;
}

import type { Toleration, Volume } from '../../../../engine/index.ts';
import type { DescribeWriter } from './writer.ts';

/** Models describeVolumes. `indent` as for containers: a template's volumes stand two blanks to the right. */
export function writeVolumes(out: DescribeWriter, volumes: readonly Volume[], indent: string): void {
  if (volumes.length === 0) {
    out.line(0, `${indent}Volumes:`, '<none>');
    return;
  }
  out.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    out.raw(`${indent === '' ? '  ' : '   '}${volume.name}:`);
    for (const [label, value] of detailsOf(volume)) out.line(2, label, value);
  }
}

function detailsOf(volume: Volume): readonly (readonly [string, string])[] {
  if (volume.configMap) {
    return [
      ['Type:', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name:', volume.configMap.name ?? ''],
      ['Optional:', String(volume.configMap.optional ?? false)],
    ];
  }
  if (volume.secret) {
    return [
      ['Type:', 'Secret (a volume populated by a Secret)'],
      ['SecretName:', volume.secret.secretName ?? ''],
      ['Optional:', String(volume.secret.optional ?? false)],
    ];
  }
  if (volume.emptyDir) {
    const { medium, sizeLimit } = volume.emptyDir as {
      readonly medium?: string;
      readonly sizeLimit?: string;
    };
    return [
      ['Type:', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium:', medium ?? ''],
      ['SizeLimit:', sizeLimit ?? '<unset>'],
    ];
  }
  if (volume.hostPath) {
    const { path, type } = volume.hostPath as { readonly path: string; readonly type?: string };
    return [
      ['Type:', 'HostPath (bare host directory volume)'],
      ['Path:', path],
      ['HostPathType:', type ?? ''],
    ];
  }
  if (volume.persistentVolumeClaim) {
    return [
      ['Type:', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName:', volume.persistentVolumeClaim.claimName],
      ['ReadOnly:', 'false'],
    ];
  }
  if (volume.downwardAPI) {
    return [
      ['Type:', 'DownwardAPI (a volume populated by information about the pod)'],
      ...(volume.downwardAPI.items ?? []).map(
        ({ path, fieldRef }) => ['Items:', `${fieldRef?.fieldPath ?? ''} -> ${path}`] as const,
      ),
    ];
  }
  if (volume.projected) {
    const details: (readonly [string, string])[] = [
      ['Type:', 'Projected (a volume that contains injected data from multiple sources)'],
    ];
    for (const source of volume.projected.sources ?? []) {
      if (source.secret)
        details.push(
          ['SecretName:', source.secret.name ?? ''],
          ['Optional:', String(source.secret.optional ?? false)],
        );
      else if (source.downwardAPI) details.push(['DownwardAPI:', 'true']);
      else if (source.configMap)
        details.push(
          ['ConfigMapName:', source.configMap.name ?? ''],
          ['Optional:', String(source.configMap.optional ?? false)],
        );
      else if (source.serviceAccountToken)
        details.push([
          'TokenExpirationSeconds:',
          String(
            (source.serviceAccountToken as { readonly expirationSeconds?: number }).expirationSeconds ?? 3600,
          ),
        ]);
    }
    return details;
  }
  return [['<unknown>', '']];
}

/** Models printPodTolerationsMultiline. */
export function writeTolerations(
  out: DescribeWriter,
  indent: string,
  tolerations: readonly Toleration[],
): void {
  if (tolerations.length === 0) {
    out.line(0, `${indent}Tolerations:`, '<none>');
    return;
  }
  // The toleration with the smallest key comes first, as in printTolerationsInArray.
  const sorted = [...tolerations].sort((a, b) =>
    (a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : 0,
  );
  for (const [
    index,
    { key = '', value = '', effect = '', operator, tolerationSeconds },
  ] of sorted.entries()) {
    const text = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}${operator === 'Exists' && value === '' ? (key === '' && effect === '' ? 'op=Exists' : ' op=Exists') : ''}${tolerationSeconds !== undefined ? ` for ${tolerationSeconds}s` : ''}`;
    out.line(0, index === 0 ? `${indent}Tolerations:` : '', text);
  }
}

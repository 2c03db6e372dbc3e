/** Rules of a pod's volumes and of what mounts them (pkg/apis/core/validation/validation.go, v1.36). */
import type { Container, DownwardAPIVolumeFile, KeyToPath, Volume, VolumeMount } from '../../api/index.ts';
import {
  dns1123Label,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  quantityOf,
  required,
} from '../../apimachinery/index.ts';
import { validateFieldRef, validateResourceFieldRef } from './env.ts';
import {
  validateLocalDescendingPath,
  validateLocalNonReservedPath,
  validatePathNoBacksteps,
} from './paths.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';
const DOWNWARD_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
/** The order in which the real server looks at the kinds of volume: the first one counts. */
const KINDS = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'azureDisk',
  'portworxVolume',
  'projected',
  'storageos',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const;

/** The good volumes by name, which is what mounts can refer to, and what is wrong with the others. */
export function validateVolumes(
  volumes: readonly Volume[],
  path: string,
): { readonly known: ReadonlyMap<string, Volume>; readonly errors: FieldError[] } {
  const known = new Map<string, Volume>();
  const errors: FieldError[] = [];
  for (const [place, volume] of volumes.entries()) {
    const at = `${path}[${place}]`;
    const name = volume.name ?? '';
    const wrong = [
      ...validateSource(volume, at),
      ...(name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, dns1123Label(name))),
      ...(known.has(name) ? [duplicate(`${at}.name`, name)] : []),
    ];
    if (wrong.length === 0) known.set(name, volume);
    errors.push(...wrong);
  }
  return { known, errors };
}

export function validateVolumeMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const devices = container.volumeDevices ?? [];
  const seen = new Set<string>();
  return (container.volumeMounts ?? []).flatMap((mount, place) => {
    const at = `${path}[${place}]`;
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === '') errors.push(required(`${at}.mountPath`));
    if (seen.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    if (devices.some((device) => device.name === name))
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (subPath) errors.push(...validateLocalDescendingPath(subPath, `${path}.subPath`));
    if (subPathExpr) {
      if (subPath)
        errors.push(
          invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
        );
      errors.push(...validateLocalDescendingPath(subPathExpr, `${path}.subPathExpr`));
    }
    return [...errors, ...validatePropagation(mount, container, path)];
  });
}

export function validateVolumeDevices(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  return (container.volumeDevices ?? []).flatMap(({ name = '', devicePath = '' }, place) => {
    const at = `${path}[${place}]`;
    const errors: FieldError[] = [];
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (!volume) errors.push(notFound(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !Object.hasOwn(volume, 'ephemeral')) {
      errors.push(
        invalid(
          `${at}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    }
    if (devicePath === '') errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..'))
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name))
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(
        invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'),
      );
    }
    if (name !== '') names.add(name);
    return errors;
  });
}

function validateSource(volume: Volume, path: string): FieldError[] {
  const kinds = KINDS.filter((kind) => Object.hasOwn(volume, kind));
  if (kinds.length === 0) return [required(path, 'must specify a volume type')];
  return kinds.flatMap((kind, place) =>
    place === 0
      ? validateKind(volume, kind, `${path}.${kind}`)
      : // Upstream has a slip in one of the names.
        [
          forbidden(
            `${path}.${kind === 'downwardAPI' ? 'downwarAPI' : kind}`,
            'may not specify more than 1 volume type',
          ),
        ],
  );
}

function validateKind(volume: Volume, kind: (typeof KINDS)[number], path: string): FieldError[] {
  switch (kind) {
    case 'emptyDir': {
      const size = volume.emptyDir?.sizeLimit;
      const negative = size !== undefined && quantityOf(size).nanos < 0n;
      return negative
        ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
        : [];
    }
    case 'hostPath': {
      const { path: target = '', type = '' } = volume.hostPath ?? {};
      if (target === '') return [required(`${path}.path`)];
      const types = HOST_PATH_TYPES.includes(type)
        ? []
        : [notSupported(`${path}.type`, type, HOST_PATH_TYPES)];
      return [...validatePathNoBacksteps(target, `${path}.path`), ...types];
    }
    case 'secret': {
      const { secretName, defaultMode, items } = volume.secret ?? {};
      const missing = secretName ? [] : [required(`${path}.secretName`)];
      return [
        ...missing,
        ...validateMode(defaultMode, `${path}.defaultMode`),
        ...validateItems(items, `${path}.items`),
      ];
    }
    case 'configMap': {
      const { name, defaultMode, items } = volume.configMap ?? {};
      const missing = name ? [] : [required(`${path}.name`)];
      return [
        ...missing,
        ...validateMode(defaultMode, `${path}.defaultMode`),
        ...validateItems(items, `${path}.items`),
      ];
    }
    case 'persistentVolumeClaim':
      return volume.persistentVolumeClaim?.claimName ? [] : [required(`${path}.claimName`)];
    case 'downwardAPI': {
      const { defaultMode, items = [] } = volume.downwardAPI ?? {};
      // Upstream names the volume, not the item.
      return [
        ...validateMode(defaultMode, `${path}.defaultMode`),
        ...items.flatMap((file) => validateDownwardFile(file, path)),
      ];
    }
    case 'nfs': {
      const { server, path: target = '' } = volume.nfs ?? {};
      const errors = server ? [] : [required(`${path}.server`)];
      if (target === '') errors.push(required(`${path}.path`));
      if (!target.startsWith('/')) errors.push(invalid(`${path}.path`, target, 'must be an absolute path'));
      return errors;
    }
    case 'projected':
      return [
        ...validateMode(volume.projected?.defaultMode, `${path}.defaultMode`),
        ...validateProjections(volume, path),
      ];
    default:
      return [];
  }
}

function validateProjections({ projected }: Volume, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const claim = (target: string | undefined, shown: string | undefined) => {
    if (!target) return;
    if (paths.has(target)) errors.push(invalid(path, shown ?? '', 'conflicting duplicate paths'));
    paths.add(target);
  };
  for (const [place, source] of (projected?.sources ?? []).entries()) {
    const at = `${path}.sources[${place}]`;
    for (const kind of ['secret', 'configMap'] as const) {
      const projection = source[kind];
      if (!projection) continue;
      if (!projection.name) errors.push(required(`${at}.${kind}.name`));
      for (const [position, item] of (projection.items ?? []).entries()) {
        errors.push(...validateKeyToPath(item, `${at}.${kind}.items[${position}]`));
        claim(item.path, projection.name);
      }
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${at}.downwardAPI`));
      claim(file.path, file.path);
    }
    if (source.serviceAccountToken) {
      const { expirationSeconds = 0, path: target } = source.serviceAccountToken;
      const expiration = `${at}.serviceAccountToken.expirationSeconds`;
      if (expirationSeconds < 600)
        errors.push(
          invalid(expiration, expirationSeconds, 'may not specify a duration less than 10 minutes'),
        );
      if (expirationSeconds > 2 ** 32)
        errors.push(
          invalid(expiration, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'),
        );
      errors.push(
        ...(target ? validateLocalNonReservedPath(target, `${path}.path`) : [required(`${path}.path`)]),
      );
    }
    if (Object.keys(source).length > 1)
      errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

function validateDownwardFile(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const { path: target = '', fieldRef, resourceFieldRef, mode } = file;
  const errors = target === '' ? [required(`${path}.path`)] : [];
  errors.push(...validateLocalNonReservedPath(target, `${path}.path`));
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, DOWNWARD_FIELDS, `${path}.fieldRef`));
    if (resourceFieldRef)
      errors.push(
        invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
  } else if (resourceFieldRef)
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, true));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateMode(mode, `${path}.mode`)];
}

function validateItems(items: readonly KeyToPath[] | undefined, path: string): FieldError[] {
  return (items ?? []).flatMap((item, place) => validateKeyToPath(item, `${path}[${place}]`));
}

function validateKeyToPath({ key = '', path: target = '', mode }: KeyToPath, path: string): FieldError[] {
  return [
    ...(key === '' ? [required(`${path}.key`)] : []),
    ...(target === '' ? [required(`${path}.path`)] : []),
    ...validateLocalNonReservedPath(target, `${path}.path`),
    ...validateMode(mode, `${path}.mode`),
  ];
}

function validateMode(mode: number | undefined, path: string): FieldError[] {
  return mode === undefined || (mode >= 0 && mode <= 0o777) ? [] : [invalid(path, mode, MODE)];
}

function validatePropagation(mount: VolumeMount, container: Container, path: string): FieldError[] {
  const { mountPropagation, recursiveReadOnly, readOnly } = mount;
  const errors: FieldError[] = [];
  if (mountPropagation !== undefined && !PROPAGATIONS.includes(mountPropagation)) {
    errors.push(notSupported(`${path}.mountPropagation`, mountPropagation, PROPAGATIONS));
  }
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    errors.push(
      forbidden(
        `${path}.mountPropagation`,
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  }
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return errors;
  const at = `${path}.recursiveReadOnly`;
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') {
    return [...errors, notSupported(at, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'])];
  }
  if (!readOnly) errors.push(forbidden(at, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

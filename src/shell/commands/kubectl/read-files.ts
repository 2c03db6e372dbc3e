import type { KubernetesObject, ResourceInfo } from '../../../engine/index.ts';
import { readAll } from '../../streams.ts';
import { goJson } from '../../text/go-json.ts';
import type { KubectlContext } from './kubectl-command.ts';
import { resourceOf } from './resource-arguments.ts';

/** An object as a file has it. */
export interface FileObject {
  readonly file: string;
  readonly resource: ResourceInfo;
  readonly object: KubernetesObject;
}

export interface ReadResult {
  readonly objects: readonly FileObject[];
  /** Whole lines for stderr, in order. */
  readonly errors: readonly string[];
}

const EXTENSIONS = /\.(?:json|yaml|yml)$/;

/** All objects of the -f files, as far as each can be read: what kubectl's builder hands to `apply`, and what it complains of. */
export async function readFiles(context: KubectlContext): Promise<ReadResult> {
  const objects: FileObject[] = [];
  const errors: string[] = [];
  for (const path of context.flags.list('filename').flatMap((one) => one.split(','))) {
    const sources = await open(context, path);
    if (typeof sources === 'string') {
      errors.push(sources);
      continue;
    }
    for (const { name, text } of sources) {
      const { documents, problems } = context.process.session.host.parseManifests(text, name);
      const [problem] = problems;
      for (const document of documents) {
        if (problem && document.index >= (problem.index ?? 0)) continue;
        const read = readObject(document.object, name, objects, errors);
        if (!read) break;
      }
      if (problem) errors.push(problem.message);
    }
  }
  return { objects, errors };
}

async function open(
  context: KubectlContext,
  path: string,
): Promise<readonly { readonly name: string; readonly text: string }[] | string> {
  const { process } = context;
  if (path === '-')
    return [{ name: 'STDIN', text: process.stdinIsTerminal ? '' : await readAll(process.stdin) }];
  if (/^https?:\/\//.test(path))
    return `error: unable to read URL "${path}": the internet is not part of this simulation`;
  const text = process.files.read(path);
  if (text !== undefined) return [{ name: path, text }];
  const names = process.files.list(path);
  if (names === undefined) return `error: the path "${path}" does not exist`;
  const files = [...names].sort().filter((name) => EXTENSIONS.test(name));
  if (files.length === 0)
    return `error: error reading [${path}]: recognized file extensions are [.json .yaml .yml]`;
  const folder = path.replace(/\/$/, '');
  return files.map((name) => ({
    name: folder === '.' ? name : `${folder}/${name}`,
    text: process.files.read(`${folder}/${name}`) ?? '',
  }));
}

/** Adds one document (or the items of a List). Answers false when kubectl would stop reading this file. */
function readObject(value: unknown, file: string, objects: FileObject[], errors: string[]): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const type = Array.isArray(value)
      ? 'array'
      : typeof value === 'number'
        ? 'number'
        : typeof value === 'boolean'
          ? 'bool'
          : 'string';
    errors.push(
      `error: unable to decode "${file}": json: cannot unmarshal ${type} into Go value of type unstructured.detector`,
    );
    return false;
  }
  const object = value as Partial<KubernetesObject> & { readonly items?: unknown };
  if (typeof object.kind !== 'string' || object.kind === '') {
    errors.push(`error: unable to decode "${file}": Object 'Kind' is missing in '${goJson(value, 0)}'`);
    return false;
  }
  if (typeof object.apiVersion !== 'string' || object.apiVersion === '') {
    errors.push(`error: unable to decode "${file}": Object 'apiVersion' is missing in '${goJson(value, 0)}'`);
    return false;
  }
  if (/List$/.test(object.kind) && Array.isArray(object.items)) {
    return object.items.every((item) => readObject(item, file, objects, errors));
  }
  const metadata =
    typeof object.metadata === 'object' && object.metadata !== null && !Array.isArray(object.metadata)
      ? object.metadata
      : undefined;
  const resource = resourceOf(object);
  if (!resource) {
    const name = typeof metadata?.name === 'string' ? metadata.name : '';
    const namespace = typeof metadata?.namespace === 'string' ? metadata.namespace : '';
    errors.push(
      `error: resource mapping not found for name: "${name}" namespace: "${namespace}" from "${file}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
    );
    return true;
  }
  objects.push({
    file,
    resource,
    object: {
      ...(object as KubernetesObject),
      metadata: {
        ...(metadata as KubernetesObject['metadata'] | undefined),
        name: typeof metadata?.name === 'string' ? metadata.name : '',
      },
    },
  });
  return true;
}

import type { Image, ImageTable, PullResult } from './image.ts';
import { KNOWN_IMAGES } from './known-images.ts';
import { isPlausibleRepository, isPlausibleTag } from './plausible.ts';
import { type ImageReference, parseImageReference } from './reference.ts';
import { generic } from './servers/generic.ts';
import { DEBIAN_TOOLS } from './tools.ts';

/** An image that is not in the table, but could be anybody's: a server on the ports that its pod declares. */
const GENERIC_IMAGE: Image = {
  repositories: [],
  libc: 'glibc',
  entrypoint: ['/app'],
  cmd: [],
  ports: [],
  programs: { app: generic },
  tools: DEBIAN_TOOLS,
  size: 48_312_604,
  generic: true,
  about: 'Any other image: answers HTTP on the containerPorts that the pod declares.',
};

/** The registries' images: those of the table, those that the cluster brings (CoreDNS, an ingress controller), and generic ones. */
export function createImageTable(
  extra: readonly Image[] = [],
  /** The authorities that images with a client of TLS bring along, in PEM. */
  authorities: { readonly pem: string } = { pem: '' },
): ImageTable {
  const images = [...extra, ...KNOWN_IMAGES];
  const byRepository = new Map(
    images.flatMap((image) => image.repositories.map((repository) => [repository, image] as const)),
  );
  function pull(name: string): PullResult {
    const parsed = parseImageReference(name);
    if (!parsed.ok) return { ok: false, message: parsed.error };
    const { reference } = parsed;
    const image = byRepository.get(reference.repository);
    if (image) return withAuthorities(tagged(image, reference), authorities);
    if (isPlausibleRepository(reference.repository)) return tagged(GENERIC_IMAGE, reference);
    return { ok: false, message: denied(reference) };
  }

  return {
    images,
    pull,
    isGeneric(name) {
      const pulled = pull(name);
      return pulled.ok && pulled.image.generic === true;
    },
  };
}

const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

function withAuthorities(pulled: PullResult, authorities: { readonly pem: string }): PullResult {
  if (!pulled.ok || !pulled.image.tools.some((tool) => tool === 'curl' || tool === 'openssl')) return pulled;
  const { image } = pulled;
  return { ok: true, image: { ...image, files: { ...image.files, [AUTHORITIES]: authorities.pem } } };
}

function tagged(image: Image, reference: ImageReference): PullResult {
  const tag = reference.tag ?? '';
  const exists = reference.digest !== undefined || (image.tags ? image.tags.test(tag) : isPlausibleTag(tag));
  return exists
    ? { ok: true, image: image.variant?.(tag) ?? image }
    : { ok: false, message: notFound(reference) };
}

/** containerd 2.2's words for a tag that the repository does not have. */
function notFound({ canonical }: ImageReference): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${canonical}": failed to resolve image: ${canonical}: not found`;
}

/** … and for a repository that is not there, or is private: registries do not say which. */
function denied({ canonical, repository }: ImageReference): string {
  const denial = repository.startsWith('docker.io/')
    ? 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
    : `unexpected status from HEAD request to https://${repository.replace('/', '/v2/')}: 403 Forbidden`;
  return `failed to pull and unpack image "${canonical}": failed to resolve image: ${denial}`;
}

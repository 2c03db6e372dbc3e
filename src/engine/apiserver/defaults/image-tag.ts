/** Image references as a registry reads them (github.com/distribution/reference, ParseNormalizedNamed). */
const ALPHANUMERIC = '[a-z0-9]+';
const SEPARATOR = '(?:[._]|__|[-]+)';
const PATH_PART = `${ALPHANUMERIC}(?:${SEPARATOR}${ALPHANUMERIC})*`;
const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const NAME = `(?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(${NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;
const MAX_NAME = 255;

/**
 * The tag that decides imagePullPolicy: `latest` when the image names neither a tag nor a digest, nothing at all when
 * it is no reference.
 */
export function imageTag(image: string): string {
  if (IDENTIFIER.test(image)) return '';
  const [, name = '', tag, digest] = REFERENCE.exec(normalized(image)) ?? [];
  if (name === '' || name.length > MAX_NAME) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

/** With the registry that is meant when none is named. */
function normalized(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const rest = isDomain ? image.slice(slash + 1) : image;
  // What follows the registry must be in small letters.
  const path = rest.split('@')[0]!.replace(/:[^:/]*$/, '');
  if (path.toLowerCase() !== path) return '';
  return isDomain ? image : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`;
}

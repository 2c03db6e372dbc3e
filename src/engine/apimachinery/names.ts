/**
 * The name rules of k8s.io/apimachinery/pkg/util/validation (v1.36). Each answers the complaints that the real one
 * words, none when the value is good.
 */
export type NameRule = (value: string) => readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD_SUBDOMAIN = `\\*\\.${SUBDOMAIN}`;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const PERCENT = '[0-9]+%';
const HTTP_HEADER = '[-A-Za-z0-9]+';
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const SUBDOMAIN_MESSAGE = regexMessage(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com');
const UNDERSCORE_SUBDOMAIN_MESSAGE = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  UNDERSCORE_SUBDOMAIN,
  'example.com',
);
const LABEL_MESSAGE = regexMessage(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL,
  'my-name',
  '123-abc',
);
const LABEL_1035_MESSAGE = regexMessage(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035,
  'my-name',
  'abc-123',
);
const WILDCARD_MESSAGE = regexMessage(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  WILDCARD_SUBDOMAIN,
  '*.example.com',
);
const QUALIFIED_NAME_MESSAGE = regexMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED_NAME,
  'MyName',
  'my.name',
  '123-abc',
);
const LABEL_VALUE_MESSAGE = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_VALUE,
  'MyValue',
  'my_value',
  '12345',
);
const CONFIG_KEY_MESSAGE = regexMessage(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  CONFIG_KEY,
  'key.name',
  'KEY_NAME',
  'key-name',
);
const PERCENT_MESSAGE = regexMessage(
  "a valid percent string must be a numeric string followed by an ending '%'",
  PERCENT,
  '1%',
  '93%',
);
const HTTP_HEADER_MESSAGE = regexMessage(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  HTTP_HEADER,
  'X-Header-Name',
);
const C_IDENTIFIER_MESSAGE = regexMessage(
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  C_IDENTIFIER,
  'my_name',
  'MY_NAME',
  'MyName',
);

const patterns = {
  label: whole(LABEL),
  subdomain: whole(SUBDOMAIN),
  label1035: whole(LABEL_1035),
  wildcard: whole(WILDCARD_SUBDOMAIN),
  underscoreSubdomain: whole(UNDERSCORE_SUBDOMAIN),
  qualifiedName: whole(QUALIFIED_NAME),
  labelValue: whole(LABEL_VALUE),
  configKey: whole(CONFIG_KEY),
  percent: whole(PERCENT),
  httpHeader: whole(HTTP_HEADER),
  cIdentifier: whole(C_IDENTIFIER),
  httpPath: whole(HTTP_PATH),
};

/** Pods' hostnames, container names, namespaces, and Services since v1.36. */
export function dns1123Label(value: string): string[] {
  const complaints = tooLong(value, MAX_LABEL);
  if (!patterns.label.test(value)) {
    complaints.push(patterns.subdomain.test(value) ? 'must not contain dots' : LABEL_MESSAGE);
  }
  return complaints;
}

/** Services' names (RelaxedServiceNameValidation, KEP-5311): a label, and the label's own message for a dot too. */
export function serviceName(value: string): string[] {
  const complaints = tooLong(value, MAX_LABEL);
  if (!patterns.label.test(value)) complaints.push(LABEL_MESSAGE);
  return complaints;
}

/** Most objects' names. */
export function dns1123Subdomain(value: string): string[] {
  const complaints = tooLong(value, MAX_SUBDOMAIN);
  if (!patterns.subdomain.test(value)) complaints.push(SUBDOMAIN_MESSAGE);
  return complaints;
}

/** DNS search domains, which may also hold underscores. */
export function dns1123SubdomainWithUnderscore(value: string): string[] {
  const complaints = tooLong(value, MAX_SUBDOMAIN);
  if (!patterns.underscoreSubdomain.test(value)) complaints.push(UNDERSCORE_SUBDOMAIN_MESSAGE);
  return complaints;
}

/** Labels that must start with a letter. */
export function dns1035Label(value: string): string[] {
  const complaints = tooLong(value, MAX_LABEL);
  if (!patterns.label1035.test(value)) complaints.push(LABEL_1035_MESSAGE);
  return complaints;
}

/** `*.example.com`, as an Ingress host may be. */
export function wildcardDns1123Subdomain(value: string): string[] {
  const complaints = tooLong(value, MAX_SUBDOMAIN);
  if (!patterns.wildcard.test(value)) complaints.push(WILDCARD_MESSAGE);
  return complaints;
}

/** What can stand in a URL's path: all that is asked of an Event's name. */
export function pathSegmentName(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((character) => value.includes(character)).map((it) => `may not contain '${it}'`);
}

/** Keys of labels and annotations: `name` or `example.com/name`. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a valid label key ${QUALIFIED_NAME_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const complaints: string[] = [];
  const name = parts.at(-1)!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    if (prefix === '') complaints.push('prefix part must be non-empty');
    else {
      const wrong = tooManyBytes(prefix, MAX_SUBDOMAIN);
      if (!patterns.subdomain.test(prefix)) wrong.push(SUBDOMAIN_MESSAGE);
      complaints.push(...wrong.map((complaint) => `prefix part ${complaint}`));
    }
  }
  if (name === '') complaints.push('name part must be non-empty');
  else complaints.push(...tooManyBytes(name, MAX_LABEL).map((complaint) => `name part ${complaint}`));
  if (!patterns.qualifiedName.test(name)) complaints.push(`name part ${QUALIFIED_NAME_MESSAGE}`);
  return complaints;
}

export function labelValue(value: string): string[] {
  const complaints = tooManyBytes(value, MAX_LABEL);
  if (!patterns.labelValue.test(value)) complaints.push(LABEL_VALUE_MESSAGE);
  return complaints;
}

/** Names of container ports, and targetPorts that are names. */
export function portName(value: string): string[] {
  const complaints = tooLong(value, 15);
  if (!/^[-a-z0-9]+$/.test(value))
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) complaints.push('must contain at least one letter (a-z)');
  if (value.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (value !== '' && (value.startsWith('-') || value.endsWith('-')))
    complaints.push('must not begin or end with a hyphen');
  return complaints;
}

export function portNumber(value: number): string[] {
  return value >= 1 && value <= 65535 ? [] : [inclusiveRange(1, 65535)];
}

export function inRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [inclusiveRange(low, high)];
}

/** Environment variables' names: printable ASCII without `=` (RelaxedEnvironmentVariableValidation). */
export function envVarName(value: string): string[] {
  const complaints: string[] = [];
  if (value === '') complaints.push('environment variable name must be non-empty');
  if (!/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) {
    complaints.push(
      "a valid environment variable name must consist only of printable ASCII characters other than '='",
    );
  }
  return complaints;
}

/** Keys of ConfigMaps and Secrets. */
export function configMapKey(value: string): string[] {
  const complaints = tooLong(value, MAX_SUBDOMAIN);
  if (!patterns.configKey.test(value)) complaints.push(CONFIG_KEY_MESSAGE);
  if (value === '.' || value === '..') complaints.push(`must not be '${value}'`);
  else if (value.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

export function percent(value: string): string[] {
  return patterns.percent.test(value) ? [] : [PERCENT_MESSAGE];
}

export function httpHeaderName(value: string): string[] {
  return patterns.httpHeader.test(value) ? [] : [HTTP_HEADER_MESSAGE];
}

export function cIdentifier(value: string): string[] {
  return patterns.cIdentifier.test(value) ? [] : [C_IDENTIFIER_MESSAGE];
}

/** The characters of the path in `example.com/path`, as an IngressClass's controller has it. */
export function httpPath(value: string): string[] {
  return patterns.httpPath.test(value) ? [] : [`Invalid path (regex used for validation is '${HTTP_PATH}')`];
}

/** A rule for `generateName`: a trailing dash is fine, for the suffix will follow. */
export function asPrefix(rule: NameRule): NameRule {
  return (value) => rule(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value);
}

export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function maxLengthMessage(length: number): string {
  return `must be no more than ${length} characters`;
}

function tooLong(value: string, limit: number): string[] {
  return utf8Length(value) > limit ? [maxLengthMessage(limit)] : [];
}

/** The rules that have moved to k8s.io/apimachinery/pkg/api/validate/content count in bytes, and say so. */
function tooManyBytes(value: string, limit: number): string[] {
  return utf8Length(value) > limit ? [`must be no more than ${limit} bytes`] : [];
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

function regexMessage(text: string, pattern: string, ...examples: string[]): string {
  return `${text} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

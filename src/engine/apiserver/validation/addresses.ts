/** Rules of fields that hold addresses (k8s.io/apimachinery/pkg/util/validation/ip.go, v1.36). */
import {
  type FieldError,
  formatIP,
  formatPrefix,
  goQuote,
  invalid,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMapped,
  isUnspecified,
  maskPrefix,
  parseCIDR,
  parseCIDRSloppy,
  parseIP,
  parseIPSloppy,
} from '../../apimachinery/index.ts';

/** Old fields still take what Go's old parser took: leading zeros and IPv4-mapped IPv6. What was there before is not looked at again. */
export function validateLegacyIP(path: string, value: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(value) || parseIPSloppy(value)) return [];
  return [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function validateLegacyCIDR(
  path: string,
  value: string,
  before: readonly string[] = [],
): FieldError[] {
  if (before.includes(value) || parseCIDRSloppy(value)) return [];
  return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

/** New fields want the canonical text. */
export function validateStrictIP(path: string, value: string): FieldError[] {
  const sloppy = parseIPSloppy(value);
  if (!sloppy) return validateLegacyIP(path, value);
  const strict = parseIP(value);
  if (!strict) return [invalid(path, value, 'must not have leading 0s')];
  if (isMapped(strict)) return [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')];
  const canonical = formatIP(strict);
  return value === canonical
    ? []
    : [invalid(path, value, `must be in canonical form (${goQuote(canonical)})`)];
}

export function validateStrictCIDR(path: string, value: string): FieldError[] {
  if (!parseCIDRSloppy(value)) return validateLegacyCIDR(path, value);
  const strict = parseCIDR(value);
  if (!strict) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (isMapped(strict.address)) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  const canonical = formatPrefix(maskPrefix(strict));
  if (formatPrefix(strict) !== canonical)
    return [invalid(path, value, 'must not have bits set beyond the prefix length')];
  return value === canonical
    ? []
    : [invalid(path, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** An address that traffic can be sent to: no loopback, no link-local one (ValidateEndpointIP). */
export function validateEndpointIP(path: string, value: string): FieldError[] {
  const address = parseIPSloppy(value);
  if (!address) return [invalid(path, value, 'must be a valid IP address')];
  const errors: FieldError[] = [];
  if (isUnspecified(address)) errors.push(invalid(path, value, `may not be unspecified (${value})`));
  if (isLoopback(address))
    errors.push(invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (isLinkLocalUnicast(address))
    errors.push(invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (isLinkLocalMulticast(address)) {
    errors.push(
      invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    );
  }
  return errors;
}

/** What the server warns of when an old field holds an address that new ones would not take. */
export function warningsForIP(path: string, value: string): string[] {
  const sloppy = parseIPSloppy(value);
  if (!sloppy) return [];
  const strict = parseIP(value);
  if (!strict || isMapped(strict)) {
    const better = goQuote(formatIP(sloppy));
    return [
      `${path}: non-standard IP address ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${better}`,
    ];
  }
  const canonical = formatIP(strict);
  if (strict.family === 'IPv4' || canonical === value) return [];
  return [
    `${path}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
  ];
}

export function warningsForCIDR(path: string, value: string): string[] {
  const sloppy = parseCIDRSloppy(value);
  if (!sloppy) return [];
  const warnings: string[] = [];
  const network = formatPrefix(maskPrefix(sloppy));
  if (formatPrefix(sloppy) !== network) {
    const single = `${formatIP(sloppy.address)}/${sloppy.address.bytes.length * 8}`;
    warnings.push(
      `${path}: CIDR value ${goQuote(value)} is ambiguous in this context (should be ${goQuote(network)} or ${goQuote(single)}?)`,
    );
  }
  const strict = parseCIDR(value);
  if (!strict || isMapped(strict.address)) {
    warnings.push(
      `${path}: non-standard CIDR value ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${goQuote(network)}`,
    );
  } else if (warnings.length === 0 && strict.address.family === 'IPv6' && formatPrefix(strict) !== value) {
    warnings.push(
      `${path}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(formatPrefix(strict))})`,
    );
  }
  return warnings;
}

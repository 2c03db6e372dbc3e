/** Rules of clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy (pkg/apis/core/validation/validation.go, v1.36). */
import type { Service } from '../../api/index.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  parseIPSloppy,
  required,
} from '../../apimachinery/index.ts';
import { validateLegacyIP } from './addresses.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** ValidateServiceClusterIPsRelatedFields. ExternalName Services are looked at elsewhere. */
export function validateClusterIPFields({ spec }: Service, old?: Service): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const errors: FieldError[] = [];
  const complain = (detail: string) => errors.push(invalid('spec.clusterIPs', clusterIPs, detail));
  if (clusterIP !== '' && clusterIPs.length === 0) errors.push(required('spec.clusterIPs'));
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) complain('first value must match `clusterIP`');
  else if (clusterIP === '' && clusterIPs.length > 0)
    complain('must be empty when `clusterIP` is not specified');

  for (const [place, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${place}]`, family, FAMILIES));
    if (ipFamilies.indexOf(family) < place) errors.push(duplicate(`spec.ipFamilies[${place}]`, family));
  }
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES));
  }

  let malformed = false;
  for (const [place, ip] of clusterIPs.entries()) {
    if (place === 0 && ip === 'None') {
      if (clusterIPs.length === 1) continue;
      malformed = true;
      complain("'None' must be the first and only value");
      continue;
    }
    const found = validateLegacyIP(`spec.clusterIPs[${place}]`, ip, old?.spec.clusterIPs);
    malformed ||= found.length > 0;
    errors.push(...found);
  }
  if (clusterIPs.length > 2) complain('may only hold up to 2 values');
  if (malformed) return errors;

  const families = clusterIPs.map((ip) => parseIPSloppy(ip)?.family);
  if (clusterIPs.length > 1 && new Set(families).size < 2)
    complain('may specify no more than one IP for each IP family');
  if (clusterIP === 'None') return errors;
  for (const [place, ip] of clusterIPs.entries()) {
    const wanted = ipFamilies[place];
    if ((wanted !== 'IPv4' && wanted !== 'IPv6') || families[place] === wanted) continue;
    errors.push(
      invalid(
        `spec.clusterIPs[${place}]`,
        ip,
        `expected an ${wanted} value as indicated by \`ipFamilies[${place}]\``,
      ),
    );
  }
  return errors;
}

/** validateUpgradeDowngradeClusterIPs: what was given to a Service stays with it. */
export function validateClusterIPsUpdate({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName' || (isHeadless(spec) && isHeadless(old)))
    return [];
  const now = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  if (now.length === before.length) {
    return before.flatMap((ip, place) =>
      ip === now[place] ? [] : [invalid(`spec.clusterIPs[${place}]`, now, 'may not change once set')],
    );
  }
  const errors: FieldError[] = [];
  if (now.length === 0)
    errors.push(invalid('spec.clusterIPs[0]', spec.clusterIPs ?? null, 'primary clusterIP can not be unset'));
  if (before.length > 0 && now.length > 0 && now[0] !== before[0]) {
    errors.push(invalid('spec.clusterIPs[0]', now, 'may not change once set'));
  }
  if (now.length === 1 && before.length > 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy ?? null,
        "must be set to 'SingleStack' when releasing the secondary clusterIP",
      ),
    );
  }
  return errors;
}

/** validateUpgradeDowngradeIPFamilies. */
export function validateIPFamiliesUpdate({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) || isHeadless(old)) return [];
  const now = spec.ipFamilies ?? [];
  const before = old.ipFamilies ?? [];
  const path = 'spec.ipFamilies[0]';
  if (now.length === before.length) {
    return before.flatMap((family, place) =>
      family === now[place] ? [] : [invalid(path, now, 'may not change once set')],
    );
  }
  const errors: FieldError[] = [];
  const shrinks = before.length > now.length;
  if (shrinks && !spec.clusterIPs?.length)
    errors.push(invalid(path, spec.ipFamilies ?? null, 'primary ipFamily can not be unset'));
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) {
    errors.push(invalid(path, spec.clusterIPs ?? null, 'may not change once set'));
  }
  if (shrinks && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy ?? null,
        "must be set to 'SingleStack' when releasing the secondary ipFamily",
      ),
    );
  }
  return errors;
}

function isHeadless(spec: Service['spec']): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
}

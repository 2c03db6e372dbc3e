/** Which address families a Service gets (initIPFamilyFields, pkg/registry/core/service/storage/alloc.go, v1.36). */
import type { Service } from '../../api/index.ts';
import { type FieldError, invalid, parseIPSloppy } from '../../apimachinery/index.ts';
import type { Mutable } from '../mutable.ts';
import { validateClusterIPFields } from '../validation/service-cluster-ips.ts';

export type IPFamily = 'IPv4' | 'IPv6';

/**
 * Fills ipFamilyPolicy and ipFamilies from what the client said, what was before, and what the cluster has
 * (`families`, the default one first). Answers why it cannot.
 */
export function initIPFamilies(
  service: Mutable<Service>,
  old: Service | undefined,
  families: readonly IPFamily[],
): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName' || keepsPreferDualStack(service, old)) return [];
  const headless = spec.clusterIP === 'None';
  const selectorless = Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??=
    old?.spec.ipFamilyPolicy ?? (headless && selectorless ? 'RequireDualStack' : 'SingleStack');
  const malformed = validateClusterIPFields(service, old);
  if (malformed.length > 0) return malformed;

  const errors: FieldError[] = [];
  const policy = spec.ipFamilyPolicy;
  const complain = (detail: string) => errors.push(invalid('spec.ipFamilyPolicy', policy, detail));
  const same = (field: 'clusterIPs' | 'ipFamilies') =>
    old?.spec[field]?.length === spec[field]?.length &&
    (old?.spec[field] ?? []).every((value, at) => value === spec[field]![at]);
  const reduced = (field: 'clusterIPs' | 'ipFamilies') =>
    (spec[field]?.length ?? 0) > 0 &&
    old?.spec[field]?.length === 2 &&
    spec[field]!.length === 1 &&
    spec[field]![0] === old.spec[field]![0];
  if (old && policy === 'SingleStack') {
    if (same('clusterIPs') && (spec.clusterIPs?.length ?? 0) > 1)
      spec.clusterIPs = spec.clusterIPs!.slice(0, 1);
    if (same('ipFamilies') && (spec.ipFamilies?.length ?? 0) > 1)
      spec.ipFamilies = spec.ipFamilies!.slice(0, 1);
  } else if (old) {
    if (reduced('clusterIPs')) complain("must be 'SingleStack' to release the secondary cluster IP");
    if (reduced('ipFamilies')) complain("must be 'SingleStack' to release the secondary IP family");
  }
  if (policy === 'SingleStack') {
    const both = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (spec.clusterIPs?.length === 2) complain(`${both} cluster IPs are specified`);
    if (spec.ipFamilies?.length === 2) complain(`${both} IP families are specified`);
  }
  for (const [place, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    const family = parseIPSloppy(ip)!.family;
    if (place < (spec.ipFamilies?.length ?? 0)) continue;
    if (families.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else
      errors.push(
        invalid(`spec.clusterIPs[${place}]`, spec.clusterIPs, `${family} is not configured on this cluster`),
      );
  }
  if (errors.length > 0) return errors;

  const other = (family: IPFamily): IPFamily => (family === 'IPv4' ? 'IPv6' : 'IPv4');
  if (headless && selectorless) {
    if (!spec.ipFamilies?.length) spec.ipFamilies = [families[0]!];
    if (spec.ipFamilies.length < 2 && policy !== 'SingleStack')
      spec.ipFamilies.push(other(spec.ipFamilies[0]!));
    return [];
  }
  if (policy === 'RequireDualStack' && families.length < 2)
    complain('this cluster is not configured for dual-stack services');
  for (const [place, family] of (spec.ipFamilies ?? []).entries()) {
    if (!families.includes(family))
      errors.push(invalid(`spec.ipFamilies[${place}]`, family, 'not configured on this cluster'));
  }
  if (errors.length > 0) return errors;
  if (!spec.ipFamilies?.length) spec.ipFamilies = [families[0]!];
  if (policy !== 'SingleStack' && spec.ipFamilies.length === 1 && families.length === 2)
    spec.ipFamilies.push(other(spec.ipFamilies[0]!));
  return [];
}

/** A PreferDualStack Service whose addresses and families are as they were is left alone when the cluster changes. */
export function keepsPreferDualStack(service: Mutable<Service>, old: Service | undefined): boolean {
  if (!old || old.spec.type === 'ExternalName' || service.spec.type === 'ExternalName') return false;
  if (service.spec.ipFamilyPolicy !== 'PreferDualStack' || old.spec.ipFamilyPolicy !== 'PreferDualStack')
    return false;
  const same = (field: 'clusterIPs' | 'ipFamilies') =>
    service.spec[field] === undefined ||
    JSON.stringify(service.spec[field]) === JSON.stringify(old.spec[field]);
  return same('clusterIPs') && same('ipFamilies');
}

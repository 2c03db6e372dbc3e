import type { LocalDetector } from '../proxy-config.ts';

/** The match for packets of local pods and its opposite, or undefined when kube-proxy cannot tell. */
export function localTrafficMatch(
  detector: LocalDetector | undefined,
): { readonly ifLocal: string; readonly ifNotLocal: string } | undefined {
  if (!detector) return undefined;
  const match =
    detector.mode === 'CIDR'
      ? `-s ${detector.cidr}`
      : `-i ${detector.mode === 'BridgeInterface' ? detector.bridge : `${detector.prefix}+`}`;
  return { ifLocal: match, ifNotLocal: `! ${match}` };
}

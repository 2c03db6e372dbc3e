/** What the kernel answers to a change: nothing, or why not, in iproute2's words. */
export type NetlinkResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly errno: 'EEXIST' | 'ENODEV' | 'EINVAL' | 'ENETUNREACH' | 'ESRCH' | 'EADDRNOTAVAIL' | 'EBUSY';
      readonly message: string;
    };

export const OK: NetlinkResult = { ok: true };
export const fail = (
  errno: Exclude<NetlinkResult, { ok: true }>['errno'],
  message: string,
): NetlinkResult => ({
  ok: false,
  errno,
  message,
});
export const noDevice = (name: string) => fail('ENODEV', `Cannot find device "${name}"`);

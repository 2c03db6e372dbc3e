/** `-i eth0`, or with a plus for every name that begins so: `-i veth+`. */
export function interfaceMatches(pattern: string, device: string | undefined): boolean {
  if (device === undefined) return false;
  return pattern.endsWith('+') ? device.startsWith(pattern.slice(0, -1)) : device === pattern;
}

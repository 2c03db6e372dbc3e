import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const MAX_LENGTH = 28;

/** The chain that a plugin makes for one container: `CNI-DN-1f2e…` (pkg/utils/utils.go, FormatChainName). */
export function chainName(networkName: string, containerId: string, prefix = ''): string {
  return `CNI-${prefix}${bytesToHex(sha512(utf8ToBytes(networkName + containerId)))}`.slice(0, MAX_LENGTH);
}

import {
  type AlternativeNames,
  type Extension,
  KEY_USAGES,
  OID,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePurposes,
} from '../../../engine/index.ts';

const PURPOSES: Readonly<Record<string, string>> = {
  serverAuth: OID.serverAuth,
  clientAuth: OID.clientAuth,
};

/** Reads `subjectAltName=DNS:shop.example,IP:10.0.0.1` and the like (x509v3_config(5)); undefined: not understood. */
export function readExtension(text: string): Extension | undefined {
  const [name = '', given = ''] = text.split(/\s*=\s*(.*)/s, 2).map((word) => word.trim());
  const all = given.split(',').map((word) => word.trim());
  const critical = all[0] === 'critical';
  const words = critical ? all.slice(1) : all;
  switch (name) {
    case 'subjectAltName': {
      const names = alternatives(words);
      return names && { type: OID.subjectAltName, critical, value: writeAlternativeNames(names) };
    }
    case 'basicConstraints': {
      const authority = words.find((word) => /^CA:/i.test(word));
      if (!authority) return undefined;
      return {
        type: OID.basicConstraints,
        critical,
        value: writeBasicConstraints(/^CA:(?:TRUE|yes|1)$/i.test(authority)),
      };
    }
    case 'keyUsage': {
      const usages = KEY_USAGES.filter((usage) => words.includes(usage));
      if (usages.length === 0 || usages.length !== words.length) return undefined;
      return { type: OID.keyUsage, critical, value: writeKeyUsage(usages) };
    }
    case 'extendedKeyUsage': {
      const found = words.flatMap((word) => PURPOSES[word] ?? []);
      if (found.length === 0 || found.length !== words.length) return undefined;
      return { type: OID.extendedKeyUsage, critical, value: writePurposes(found) };
    }
    default:
      return undefined;
  }
}

/** The lines of an extension file, those of its sections all together; undefined: one is not understood. */
export function readExtensionFile(text: string): readonly Extension[] | undefined {
  const found = text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter(
      (line) => line !== '' && !line.startsWith('[') && !/^(?:subject|authority)KeyIdentifier/.test(line),
    )
    .map(readExtension);
  return found.every((each) => each !== undefined) ? found : undefined;
}

function alternatives(words: readonly string[]): AlternativeNames | undefined {
  const dns: string[] = [];
  const addresses: string[] = [];
  for (const word of words) {
    const [, kind, value = ''] = /^(DNS|IP):(.+)$/.exec(word) ?? [];
    if (kind === 'DNS') dns.push(value);
    else if (kind === 'IP' && /^\d+(?:\.\d+){3}$/.test(value)) addresses.push(value);
    else return undefined;
  }
  return { dns, addresses };
}

import {
  type Certificate,
  drawSerialNumber,
  generateP256Key,
  issueCertificate,
  keyIdentifiers,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePem,
  writePurposes,
} from '../x509/index.ts';

export interface PkiOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: () => number;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** The ClusterIP of the Service `kubernetes`. */
  readonly serviceAddress: string;
  readonly clusterDomain: string;
}

/** The certificates that `kubeadm init` makes, as far as others see them. */
export interface Pki {
  /** /etc/kubernetes/pki/ca.crt, which every namespace has as ConfigMap kube-root-ca.crt. */
  readonly caPem: string;
  /** /etc/kubernetes/pki/apiserver.crt */
  readonly apiServerPem: string;
  /** What the API server shows, in DER. */
  apiServerChain(): readonly Uint8Array[];
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Models cmd/kubeadm/app/phases/certs (v1.36) with `encryptionAlgorithm: ECDSA-P256`, whose keys are made in no time. */
export function createPki(options: PkiOptions): Pki {
  const { now, random, nodeName, nodeAddress, serviceAddress, clusterDomain } = options;
  const caKey: SigningKey = { kind: 'ec', ...generateP256Key(random) };
  const caPublicKey = publicKeyOf(caKey)!;
  const caName = [{ type: 'CN', value: 'kubernetes' }];
  const [subjectKey, authorityKey] = keyIdentifiers(caPublicKey, caKey);
  const names = (dns: readonly string[], addresses: readonly string[]) => ({
    type: OID.subjectAltName,
    critical: false,
    value: writeAlternativeNames({ dns, addresses }),
  });
  const basicConstraints = (authority: boolean) => ({
    type: OID.basicConstraints,
    critical: true,
    value: writeBasicConstraints(authority),
  });
  const ca = issueCertificate({
    serialNumber: drawSerialNumber(63, random),
    subject: caName,
    issuer: caName,
    notBefore: now,
    notAfter: now + 10 * YEAR_MS,
    publicKey: caPublicKey,
    extensions: [
      {
        type: OID.keyUsage,
        critical: true,
        value: writeKeyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign']),
      },
      basicConstraints(true),
      subjectKey!,
      names(['kubernetes'], []),
    ],
    key: caKey,
  });
  const serverKey: SigningKey = { kind: 'ec', ...generateP256Key(random) };
  const serverSerial = drawSerialNumber(63, random);
  let server: Certificate | undefined;
  const apiServer = () => {
    server ??= issueCertificate({
      serialNumber: serverSerial,
      subject: [{ type: 'CN', value: 'kube-apiserver' }],
      issuer: caName,
      notBefore: now,
      notAfter: now + YEAR_MS,
      publicKey: publicKeyOf(serverKey)!,
      extensions: [
        {
          type: OID.keyUsage,
          critical: true,
          value: writeKeyUsage(['digitalSignature', 'keyEncipherment']),
        },
        { type: OID.extendedKeyUsage, critical: false, value: writePurposes([OID.serverAuth]) },
        basicConstraints(false),
        authorityKey!,
        names(
          [
            nodeName,
            'kubernetes',
            'kubernetes.default',
            'kubernetes.default.svc',
            `kubernetes.default.svc.${clusterDomain}`,
          ],
          [serviceAddress, nodeAddress],
        ),
      ],
      key: caKey,
    });
    return server;
  };
  return {
    caPem: writePem('CERTIFICATE', ca.der),
    get apiServerPem() {
      return writePem('CERTIFICATE', apiServer().der);
    },
    apiServerChain: () => [apiServer().der],
  };
}

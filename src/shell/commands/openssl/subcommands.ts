import type { Process } from '../../process.ts';
import { generate, pkey } from './pkey.ts';
import { req } from './req.ts';
import { sClient } from './s-client.ts';
import { verify } from './verify.ts';
import { x509 } from './x509.ts';

const VERSION = 'OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)\n';

export const SUBCOMMANDS: Readonly<Record<string, (process: Process) => Promise<number> | number>> = {
  req,
  x509,
  s_client: sClient,
  verify,
  genrsa: generate,
  genpkey: generate,
  pkey,
  rsa: pkey,
  version(process) {
    process.stdout.write(VERSION);
    return 0;
  },
};

import type { Command, Process } from '../process.ts';
import { generate, pkey } from './openssl/pkey.ts';
import { req } from './openssl/req.ts';
import { sClient } from './openssl/s-client.ts';
import { verify } from './openssl/verify.ts';
import { x509 } from './openssl/x509.ts';

const VERSION = 'OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)\n';

const SUBCOMMANDS: Readonly<Record<string, (process: Process) => Promise<number> | number>> = {
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

/** `openssl`: makes and reads certificates and keys, and looks into a TLS handshake. Texts recorded from 3.0. */
export const opensslCommand: Command = {
  name: 'openssl',
  group: 'network',
  usage: 'openssl req|x509|s_client|verify|genrsa|genpkey|pkey|rsa|version [options]',
  flags: [],
  examples: [
    'openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -subj /CN=shop.example -addext subjectAltName=DNS:shop.example',
    'openssl x509 -in tls.crt -noout -subject -dates -ext subjectAltName',
    'openssl s_client -connect 203.0.113.1:443 -servername shop.example </dev/null',
  ],
  arguments: ['file'],
  run(process) {
    const [name] = process.args;
    const subcommand = name === undefined ? undefined : SUBCOMMANDS[name];
    if (subcommand) return subcommand(process);
    process.stderr.write(
      name === undefined || name === 'help'
        ? `help:\n\nStandard commands simulated here\n${Object.keys(SUBCOMMANDS).sort().join('  ')}\n`
        : `Invalid command '${name}'; type "help" for a list.\n`,
    );
    return name === undefined || name === 'help' ? 0 : 1;
  },
};

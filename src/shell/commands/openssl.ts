import type { Command } from '../process.ts';

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
  async run(process) {
    // Few need it: it is loaded when the first does.
    const { SUBCOMMANDS } = await import('./openssl/subcommands.ts');
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

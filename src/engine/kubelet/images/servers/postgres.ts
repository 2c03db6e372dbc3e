import { instant, type Program, textPayload } from '../../../libc/index.ts';
import { isoDate } from './dates.ts';
import { untilTerminated } from './http-server.ts';

const NO_PASSWORD = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

/** PostgreSQL: listens on $PGPORT (5432); speaks only as much of its protocol as to say that it is there. */
export const postgres: Program = function* (process) {
  if (
    !process.env.POSTGRES_PASSWORD &&
    !process.env.POSTGRES_PASSWORD_FILE &&
    process.env.POSTGRES_HOST_AUTH_METHOD !== 'trust'
  ) {
    process.stderr(NO_PASSWORD);
    return 1;
  }
  const port = Number(process.env.PGPORT ?? 5432);
  const log = (text: string) => process.stderr(`${isoDate(process.date())} UTC [1] LOG:  ${text}\n`);
  const socket = process.listen({
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    handler: ({ payload }) =>
      payload ? { payload: textPayload('R\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0') } : {},
  });
  if (!socket.ok) {
    log(`could not bind IPv4 address "0.0.0.0": Address already in use`);
    process.stderr(`${isoDate(process.date())} UTC [1] FATAL:  could not create any TCP/IP sockets\n`);
    return 1;
  }
  log(
    'starting PostgreSQL 18.1 (Debian 18.1-1.pgdg13+2) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit',
  );
  log(`listening on IPv4 address "0.0.0.0", port ${port}`);
  log('database system is ready to accept connections');
  return yield* untilTerminated(0);
};

/** `pg_isready -h HOST -p PORT`: 0 accepting, 2 no response. */
export const pgIsReady: Program = instant((process) => {
  const words = process.arguments;
  const value = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  const host = value('-h') ?? '127.0.0.1';
  const port = Number(value('-p') ?? process.env.PGPORT ?? 5432);
  const resolution = process.resolve(host, 4);
  const shown = value('-h') ?? '/var/run/postgresql';
  const reached =
    resolution.ok &&
    process.request({
      protocol: 'tcp',
      destination: { address: resolution.addresses[0]!.address, port },
      connectTimeoutMs: 3000,
      timeoutMs: 3000,
    }).outcome.kind === 'replied';
  process.stdout(`${shown}:${port} - ${reached ? 'accepting connections' : 'no response'}\n`);
  return reached ? 0 : 2;
});

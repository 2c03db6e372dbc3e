import { type Program, textPayload } from '../../../libc/index.ts';
import { untilTerminated } from './http-server.ts';

const VARIABLES = ['ROOT_PASSWORD', 'ALLOW_EMPTY_PASSWORD', 'RANDOM_ROOT_PASSWORD', 'ROOT_PASSWORD_FILE'];

/** MySQL or MariaDB: listens on 3306 and greets; does not start without a decision about root's password. */
export const mysql: Program = function* (process) {
  const stamp = () => new Date(process.date()).toISOString().slice(0, 19);
  const decided = VARIABLES.some((name) => process.env[`MYSQL_${name}`] || process.env[`MARIADB_${name}`]);
  if (!decided) {
    const time = `${stamp().replace('T', ' ')}+00:00`;
    process.stderr(
      `${time} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`,
    );
    return 1;
  }
  const socket = process.listen({
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 3306,
    handler: ({ payload }) => (payload ? { payload: textPayload('8.4.7\0mysql_native_password') } : {}),
  });
  if (!socket.ok) {
    process.stderr(
      `${stamp()}.000000Z 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use\n`,
    );
    return 1;
  }
  process.stderr(
    `${stamp()}.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.7'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.\n`,
  );
  return yield* untilTerminated(0);
};

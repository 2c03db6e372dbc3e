import type { Image } from './image.ts';
import { entrypoint } from './servers/entrypoint.ts';
import { mysql } from './servers/mysql.ts';
import { pgIsReady, postgres } from './servers/postgres.ts';
import { redis, redisCli } from './servers/redis.ts';
import { BUSYBOX_TOOLS, DEBIAN_TOOLS } from './tools.ts';

const ENTRYPOINT = '/usr/local/bin/docker-entrypoint.sh';

function withAlpineVariant(image: Image): Image {
  return {
    ...image,
    variant: (tag) =>
      tag.includes('alpine') ? { ...image, libc: 'musl', tools: BUSYBOX_TOOLS, size: 17_302_528 } : image,
  };
}

export const DATABASE_IMAGES: readonly Image[] = [
  withAlpineVariant({
    repositories: ['docker.io/library/redis', 'docker.io/valkey/valkey'],
    libc: 'glibc',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    workingDirectory: '/data',
    ports: [6379],
    programs: {
      'docker-entrypoint.sh': entrypoint(ENTRYPOINT, 'redis-server'),
      'redis-server': redis,
      'redis-cli': redisCli,
    },
    tools: DEBIAN_TOOLS,
    size: 52_428_800,
    about: 'Redis on 6379 (--port): PING, SET, GET, INCR, DEL, KEYS in memory.',
  }),
  withAlpineVariant({
    repositories: ['docker.io/library/postgres'],
    libc: 'glibc',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['postgres'],
    env: { PGDATA: '/var/lib/postgresql/data' },
    ports: [5432],
    programs: { 'docker-entrypoint.sh': entrypoint(ENTRYPOINT, 'postgres'), postgres, pg_isready: pgIsReady },
    tools: DEBIAN_TOOLS,
    size: 162_529_280,
    about: 'PostgreSQL on 5432; does not start without POSTGRES_PASSWORD, as the real image.',
  }),
  {
    repositories: ['docker.io/library/mysql', 'docker.io/library/mariadb'],
    libc: 'glibc',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['mysqld'],
    ports: [3306],
    programs: { 'docker-entrypoint.sh': entrypoint(ENTRYPOINT, 'mysqld'), mysqld: mysql, mariadbd: mysql },
    tools: DEBIAN_TOOLS,
    size: 241_172_480,
    about: 'MySQL on 3306; does not start without one of the MYSQL_… password variables, as the real image.',
  },
];

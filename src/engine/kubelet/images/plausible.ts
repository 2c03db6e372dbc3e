/**
 * Official images of Docker Hub (docker.io/library) that are not in our table but that a manifest may well name.
 * Any other name there is one that nobody has published.
 */
const OFFICIAL = new Set(
  `adminer almalinux amazonlinux arangodb bash caddy cassandra chronograf clojure composer consul couchbase couchdb crate
  dart debian docker drupal eclipse-mosquitto eclipse-temurin elasticsearch elixir erlang fedora fluentd gazebo gcc ghost
  golang gradle groovy haproxy haskell hello-world hylang influxdb ibmjava jetty joomla jruby julia kapacitor kibana kong
  logstash mariadb matomo maven mediawiki memcached mongo mongo-express monica nats nats-streaming neo4j nextcloud node
  odoo openjdk oraclelinux orientdb percona perl photon php phpmyadmin plone postfixadmin pypy r-base rabbitmq rakudo-star
  redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch silverpeas solr sonarqube spark
  spiped storm swift teamspeak telegraf tomcat tomee traefik ubuntu unit varnish vault wordpress xwiki znc zookeeper`.split(
    /\s+/,
  ),
);

/** Words that a person writes who wants an image that does not exist. */
const MADE_UP =
  /(^|[^a-z])(does-?not-?exist|doesnt-?exist|non-?existent|not-?exist|no-?exist(e|s|ent)?|not-?found|not-?real|no-?such|fake|bogus|typo|invalid|missing|wrong|broken|nope|inexistente|falso|falsa|xyz|asdf+)([^a-z]|$)/i;

/** Whether a registry would have such a repository. Other registries than Docker Hub's own names are given the benefit of the doubt. */
export function isPlausibleRepository(repository: string): boolean {
  if (MADE_UP.test(repository)) return false;
  const official = /^docker\.io\/library\/(.+)$/.exec(repository)?.[1];
  return official === undefined || OFFICIAL.has(official);
}

/** Whether a tag looks like one that somebody publishes: a version, a release's name, a commit, or a usual word. */
export function isPlausibleTag(tag: string): boolean {
  if (MADE_UP.test(tag)) return false;
  const parts = tag.toLowerCase().split(/[-_.+]/);
  const usual =
    /^(latest|stable|edge|main|master|mainline|nightly|dev|devel|test|prod|rc\d*|alpha\d*|beta\d*|slim|alpine\d*|perl|otel|debian|ubuntu|bullseye|bookworm|trixie|jammy|noble|buster|focal|musl|glibc|uclibc|unprivileged|fpm|apache|jdk|jre|lts|current|management|amd64|arm64|linux|windows|v?\d+[a-z]?\d*|[0-9a-f]{7,64}|eksbuild|gke|distroless|base|full|minimal|plain|echo|server|client|release|build\d*|p\d+|green|blue|red|yellow)$/;
  return parts.every((part) => usual.test(part));
}

/**
 * The names of the world outside the cluster, as its name server (198.51.100.53) knows them: documentation names
 * (RFC 2606) at documentation addresses (RFC 5737). Whatever else is asked for does not exist.
 */
export const OUTSIDE_ZONE = `
.                       86400 IN SOA  a.root-servers.net. nstld.verisign-grs.com. 2026010100 1800 900 604800 86400

$ORIGIN example.com.
$TTL 300
@                       3600  IN SOA  ns.example.com. hostmaster.example.com. 2026010100 7200 3600 1209600 300
@                             IN NS   ns
@                             IN A    203.0.113.10
@                             IN MX   10 mail
ns                            IN A    198.51.100.53
www                           IN CNAME @
mail                          IN A    203.0.113.25
; The external database that an ExternalName Service may stand for.
db                            IN A    203.0.113.20
db.replica                    IN CNAME db
api                           IN A    203.0.113.30

$ORIGIN example.org.
@                       3600  IN SOA  ns.example.com. hostmaster.example.com. 2026010100 7200 3600 1209600 300
@                             IN A    203.0.113.40
www                           IN CNAME @
`;

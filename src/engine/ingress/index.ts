export { createBalancer } from './balancer.ts';
export { buildConfiguration, type IngressObjects } from './build-configuration.ts';
export {
  type Configuration,
  DEFAULT_UPSTREAM,
  type Location,
  type Reason,
  type ServedCertificate,
  type Server,
  type Upstream,
} from './configuration.ts';
export { fakeCertificate } from './fake-certificate.ts';
export { type NginxConfOptions, renderNginxConf } from './nginx-conf.ts';
export { defaultBackendPage } from './pages.ts';
export { type IngressNginxOptions, ingressNginxProgram } from './program.ts';
export { type RoutedRequest, type Routing, route } from './route.ts';
export { chainFor, type ServeOptions, serve } from './serve.ts';
export { upstreamRequest } from './upstream-request.ts';

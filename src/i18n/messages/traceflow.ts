import { defineMessages } from '../define-messages.ts';

/** What the steps of a trace meant to Kubernetes (`src/engine/traceflow`). */
export const traceflow = defineMessages({
  es: {
    'traceflow.originate': '{process} envía el paquete desde {name}',
    'traceflow.deliver': 'Llega a {name}: lo recibe {process}',
    'traceflow.nobody-listens': 'Llega a {name}, pero nadie escucha ahí',
    'traceflow.service': 'La regla reconoce {address}:{port}: es el Service {name}',
    'traceflow.node-port': 'El puerto {port} de este nodo pertenece al Service {name}',
    'traceflow.endpoint': 'La regla {rule} elige el endpoint {endpoint}',
    'traceflow.marked': 'La regla de {name} marca el paquete: saldrá con la dirección del nodo',
    'traceflow.hairpin': 'El pod se llama a sí mismo a través de {name}: la regla marca el paquete',
    'traceflow.remembered-endpoint': 'La regla {rule} recuerda a {source}: vuelve al endpoint {endpoint}',
    'traceflow.host-port': 'El puerto {port} de este nodo pertenece al pod {name} (hostPort)',
    'traceflow.allowed-source': '{source} puede entrar por el balanceador de {name}',
    'traceflow.short-circuit':
      '{source} está dentro del clúster: la política Local de {name} no se aplica y valen todos sus endpoints',
    'traceflow.no-endpoints': 'El Service {name} no tiene endpoints: el nodo rechaza {address}:{port}',
    'traceflow.no-local-endpoints':
      'El Service {name} no tiene endpoints en este nodo y su política es Local: el nodo descarta el paquete',
    'traceflow.forbidden-source':
      '{source} no está entre los orígenes que {name} admite en su balanceador: el nodo descarta el paquete',
    'traceflow.dnat': 'El destino cambia de {from} a {to}',
    'traceflow.snat': 'El origen cambia de {from} a {to}',
    'traceflow.un-dnat': 'conntrack deshace el cambio: el origen vuelve de {from} a {to}',
    'traceflow.un-snat': 'conntrack deshace el cambio: el destino vuelve de {from} a {to}',
    'traceflow.dnat-again': 'conntrack repite el cambio: el destino pasa de {from} a {to}',
    'traceflow.snat-again': 'conntrack repite el cambio: el origen pasa de {from} a {to}',
    'traceflow.route-to-node': 'La ruta dice que {range} está en {name}',
    'traceflow.route-to-balancer':
      'El balanceador del Service {name} tiene {range}: entrega el paquete al nodo {via}',
    'traceflow.nobody-answers-arp': 'Nadie responde por {address} en {device}',
  },
  en: {
    'traceflow.originate': '{process} sends the packet from {name}',
    'traceflow.deliver': 'It arrives at {name}: {process} receives it',
    'traceflow.nobody-listens': 'It arrives at {name}, but nobody listens there',
    'traceflow.service': 'The rule recognises {address}:{port}: it is the Service {name}',
    'traceflow.node-port': 'Port {port} of this node belongs to the Service {name}',
    'traceflow.endpoint': 'Rule {rule} picks the endpoint {endpoint}',
    'traceflow.marked': 'The rule of {name} marks the packet: it will leave with the node’s address',
    'traceflow.hairpin': 'The pod is calling itself through {name}: the rule marks the packet',
    'traceflow.remembered-endpoint': 'Rule {rule} remembers {source}: back to the endpoint {endpoint}',
    'traceflow.host-port': 'Port {port} of this node belongs to the pod {name} (hostPort)',
    'traceflow.allowed-source': '{source} may come in by the load balancer of {name}',
    'traceflow.short-circuit':
      '{source} is inside the cluster: the Local policy of {name} does not apply, and all its endpoints count',
    'traceflow.no-endpoints': 'The Service {name} has no endpoints: the node refuses {address}:{port}',
    'traceflow.no-local-endpoints':
      'The Service {name} has no endpoints on this node, and its policy is Local: the node drops the packet',
    'traceflow.forbidden-source':
      '{source} is not among the sources that {name} admits to its load balancer: the node drops the packet',
    'traceflow.dnat': 'The destination changes from {from} to {to}',
    'traceflow.snat': 'The source changes from {from} to {to}',
    'traceflow.un-dnat': 'conntrack undoes the change: the source goes back from {from} to {to}',
    'traceflow.un-snat': 'conntrack undoes the change: the destination goes back from {from} to {to}',
    'traceflow.dnat-again': 'conntrack repeats the change: the destination goes from {from} to {to}',
    'traceflow.snat-again': 'conntrack repeats the change: the source goes from {from} to {to}',
    'traceflow.route-to-node': 'The route says that {range} is on {name}',
    'traceflow.route-to-balancer':
      'The load balancer of the Service {name} has {range}: it hands the packet to the node {via}',
    'traceflow.nobody-answers-arp': 'Nobody answers for {address} on {device}',
  },
});

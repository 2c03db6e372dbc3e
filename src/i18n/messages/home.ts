import { defineMessages } from '../define-messages.ts';

/** The home page. */
export const home = defineMessages({
  es: {
    'home.title': 'Redes en Kubernetes, salto a salto',
    'home.heading': 'Redes en Kubernetes,',
    'home.heading.end': 'salto a salto',
    'home.description':
      'Curso gratuito de redes en Kubernetes: edita manifiestos reales, escribe órdenes reales y sigue cada paquete por un clúster simulado en tu navegador.',
    'home.lead':
      'Acompaña a un paquete desde un pod hasta su destino y mira qué se decide en cada salto, en un clúster simulado en tu navegador que puedes romper sin miedo.',
    'home.start': 'Empezar: {title}',
    'home.resume': 'Seguir en la pregunta {number}',
    'home.see-map': 'Ver el recorrido',
    'home.map': 'Mapa del curso',
    'home.map.title':
      'El mapa del curso es el mapa del clúster: cada pregunta es una estación y cada una queda un poco más lejos que la anterior.',
    'home.map.node': 'nodo {number}',
    'home.map.cluster': 'clúster',
    'home.map.outside': 'fuera del clúster',
    'home.written':
      '{count, plural, one {# lección} other {# lecciones}}, {labs, plural, one {# laboratorio} other {# laboratorios}}.',
    'home.progress': 'Tu progreso se guarda en este navegador.',
    'home.key.tcp': 'TCP y HTTP',
    'home.key.dns': 'DNS',
    'home.key.blocked': 'lo que no llega',
    'home.key.here': 'vas por aquí',
    'home.key.upcoming': 'en camino',
    'home.road': 'Dentro del clúster',
    'home.road.text':
      'Cada una aleja un poco más el destino. El orden importa: la siguiente se apoya en la anterior.',
    'home.beyond': 'Afuera, y de vuelta',
    'home.beyond.text': 'Con el camino de adentro claro, es hora de abrir el clúster y aprender a repararlo.',
    'home.state.start': 'Empieza aquí',
    'home.state.here': 'Vas por aquí',
    'home.state.done': 'Hecha',
    'home.state.upcoming': 'En camino',
    'home.minutes': '{count} min',
    'home.how': 'Un laboratorio, no un dibujo',
    'home.how.text':
      'Escribes el YAML, envías la orden y el simulador calcula cada decisión: el puente, las rutas, las reglas de iptables, la consulta al DNS. Ves la regla que decidió y la línea de tu YAML de la que salió.',
    'home.fact.serverless': 'Funciona sin servidor',
    'home.fact.serverless.text':
      'Todo ocurre en tu navegador. Sin cuenta, sin instalar nada y sin clúster que pagar.',
    'home.fact.truth': 'Contrastado con lo real',
    'home.fact.truth.text':
      'Las reglas, los mensajes de error y las respuestas se comparan con registros tomados de Kubernetes. Si algo difiere, el error es nuestro.',
    'home.fact.languages': 'En español y en inglés',
    'home.fact.languages.text':
      'Cambias de idioma en cualquier página y sigues en el mismo punto, con el mismo progreso.',
  },
  en: {
    'home.title': 'Kubernetes networking, hop by hop',
    'home.heading': 'Kubernetes networking,',
    'home.heading.end': 'hop by hop',
    'home.description':
      'A free course on Kubernetes networking: edit real manifests, type real commands, and follow every packet through a cluster simulated in your browser.',
    'home.lead':
      'Travel with a packet from a pod to its destination and see what is decided at every hop, in a cluster simulated in your browser that you can break without fear.',
    'home.start': 'Start: {title}',
    'home.resume': 'Go on with question {number}',
    'home.see-map': 'See the course',
    'home.map': 'Course map',
    'home.map.title':
      'The course map is the cluster map: every question is a station, and each one lies a little further away than the one before.',
    'home.map.node': 'node {number}',
    'home.map.cluster': 'cluster',
    'home.map.outside': 'outside the cluster',
    'home.written':
      '{count, plural, one {# lesson} other {# lessons}}, {labs, plural, one {# lab} other {# labs}}.',
    'home.progress': 'Your progress is kept in this browser.',
    'home.key.tcp': 'TCP and HTTP',
    'home.key.dns': 'DNS',
    'home.key.blocked': 'what does not arrive',
    'home.key.here': 'you are here',
    'home.key.upcoming': 'on its way',
    'home.road': 'Inside the cluster',
    'home.road.text':
      'Each one moves the destination a little further away. The order matters: every question leans on the one before.',
    'home.beyond': 'Outside, and back',
    'home.beyond.text':
      'Once the road inside is clear, it is time to open the cluster and learn to repair it.',
    'home.state.start': 'Start here',
    'home.state.here': 'You are here',
    'home.state.done': 'Done',
    'home.state.upcoming': 'On its way',
    'home.minutes': '{count} min',
    'home.how': 'A laboratory, not a drawing',
    'home.how.text':
      'You write the YAML, send the command, and the simulator works out every decision: the bridge, the routes, the iptables rules, the DNS query. You see the rule that decided, and the line of your YAML that it came from.',
    'home.fact.serverless': 'No server needed',
    'home.fact.serverless.text':
      'Everything happens in your browser. No account, nothing to install, no cluster to pay for.',
    'home.fact.truth': 'Checked against the real thing',
    'home.fact.truth.text':
      'Rules, error messages and answers are compared with records taken from Kubernetes. Where they differ, the fault is ours.',
    'home.fact.languages': 'In Spanish and in English',
    'home.fact.languages.text':
      'Change the language on any page and stay at the same place, with the same progress.',
  },
});

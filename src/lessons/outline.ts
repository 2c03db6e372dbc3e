import type { Locale } from '../i18n/index.ts';

/** The eight questions of the course, in order: each takes the packet further from home. */
export interface CourseQuestion {
  readonly number: number;
  /** Where it stands in the course: the five questions of the road inside, then what comes after. */
  readonly part: 'road' | 'beyond';
  /** The line that leaves its stop towards the next one, in the drawing. */
  readonly line?: 'tcp' | 'dns' | 'blocked';
  readonly words: Readonly<Record<Locale, CourseQuestionWords>>;
}

interface CourseQuestionWords {
  readonly title: string;
  /** For the course line and the map. */
  readonly short: string;
  /** Under the name on the map. */
  readonly note: string;
  readonly teaser: string;
  /** How far the packet goes. */
  readonly distance: string;
}

export const QUESTIONS: readonly CourseQuestion[] = [
  {
    number: 1,
    part: 'road',
    line: 'tcp',
    words: {
      es: {
        title: 'Contenedores en el mismo pod',
        short: 'Mismo pod',
        note: '0 saltos',
        teaser: '¿Por qué dos contenedores se encuentran en localhost y chocan si piden el mismo puerto?',
        distance: '0 saltos',
      },
      en: {
        title: 'Containers in one pod',
        short: 'Same pod',
        note: '0 hops',
        teaser: 'Why do two containers meet on localhost, and clash when they want the same port?',
        distance: '0 hops',
      },
    },
  },
  {
    number: 2,
    part: 'road',
    line: 'tcp',
    words: {
      es: {
        title: 'Pods en el mismo nodo',
        short: 'Mismo nodo',
        note: 'por el puente',
        teaser: '¿Qué hay entre dos pods vecinos? Un cable virtual, un puente y una tabla ARP.',
        distance: '2 saltos',
      },
      en: {
        title: 'Pods on one node',
        short: 'Same node',
        note: 'over the bridge',
        teaser: 'What lies between two neighbouring pods? A virtual cable, a bridge and an ARP table.',
        distance: '2 hops',
      },
    },
  },
  {
    number: 3,
    part: 'road',
    line: 'tcp',
    words: {
      es: {
        title: 'Pods en nodos diferentes',
        short: 'Otro nodo',
        note: 'cruzando el cable',
        teaser: '¿Cómo sabe un nodo a qué otro nodo mandar el paquete?',
        distance: '4 saltos',
      },
      en: {
        title: 'Pods on different nodes',
        short: 'Another node',
        note: 'across the wire',
        teaser: 'How does a node know which other node to send the packet to?',
        distance: '4 hops',
      },
    },
  },
  {
    number: 4,
    part: 'road',
    line: 'dns',
    words: {
      es: {
        title: 'Pods y Services',
        short: 'Pods y Services',
        note: 'una dirección que nadie tiene',
        teaser: '¿Cómo llega un cliente a un lugar que no deja de mudarse?',
        distance: 'un cambio de destino',
      },
      en: {
        title: 'Pods and Services',
        short: 'Pods and Services',
        note: 'an address that nobody has',
        teaser: 'How does a client reach a place that never stops moving?',
        distance: 'a change of destination',
      },
    },
  },
  {
    number: 5,
    part: 'road',
    words: {
      es: {
        title: 'DNS',
        short: 'DNS',
        note: 'del nombre a la dirección',
        teaser: '¿Quién convierte un nombre en una dirección, y cuántas veces pregunta?',
        distance: 'dos viajes',
      },
      en: {
        title: 'DNS',
        short: 'DNS',
        note: 'from name to address',
        teaser: 'Who turns a name into an address, and how many times does it ask?',
        distance: 'two trips',
      },
    },
  },
  {
    number: 6,
    part: 'beyond',
    line: 'tcp',
    words: {
      es: {
        title: 'Tipos de Service',
        short: 'Tipos de Service',
        note: 'abrir la puerta',
        teaser: 'NodePort, LoadBalancer y ExternalName: tres maneras de abrir la puerta.',
        distance: 'desde fuera',
      },
      en: {
        title: 'Types of Service',
        short: 'Service types',
        note: 'opening the door',
        teaser: 'NodePort, LoadBalancer and ExternalName: three ways to open the door.',
        distance: 'from outside',
      },
    },
  },
  {
    number: 7,
    part: 'beyond',
    line: 'blocked',
    words: {
      es: {
        title: 'Ingress',
        short: 'Ingress',
        note: 'entrada HTTP',
        teaser: 'Una sola entrada HTTP para muchos Services, elegidos por nombre y ruta.',
        distance: 'desde fuera',
      },
      en: {
        title: 'Ingress',
        short: 'Ingress',
        note: 'HTTP entrance',
        teaser: 'A single HTTP entrance to many Services, chosen by host and path.',
        distance: 'from outside',
      },
    },
  },
  {
    number: 8,
    part: 'beyond',
    words: {
      es: {
        title: 'Depuración',
        short: 'Depuración',
        note: 'el camino, al revés',
        teaser: 'Fallas reales. Sigue la línea al revés hasta encontrar dónde se cortó.',
        distance: 'de vuelta a casa',
      },
      en: {
        title: 'Debugging',
        short: 'Debugging',
        note: 'the road, backwards',
        teaser: 'Real faults. Follow the line backwards until you find where it was cut.',
        distance: 'all the way back',
      },
    },
  },
];

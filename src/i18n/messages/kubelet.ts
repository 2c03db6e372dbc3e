import { defineMessages } from '../define-messages.ts';

/** What the simulation of nodes and images has to admit (`src/engine/kubelet`). */
export const kubelet = defineMessages({
  es: {
    'kubelet.generic-image':
      'La imagen {image} no está entre las que este laboratorio imita: sus contenedores solo contestan, con su nombre, en los puertos que declara el pod',
  },
  en: {
    'kubelet.generic-image':
      'The image {image} is not one that this lab imitates: its containers only answer, with their name, on the ports that the pod declares',
  },
});

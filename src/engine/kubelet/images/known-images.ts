import { instant } from '../../libc/index.ts';
import { CONTROL_PLANE_IMAGES } from './control-plane-images.ts';
import { DATABASE_IMAGES } from './database-images.ts';
import type { Image } from './image.ts';
import { pause } from './programs/coreutils.ts';
import { TOOL_IMAGES } from './tool-images.ts';
import { WEB_IMAGES } from './web-images.ts';

/** The documented table: every image whose behaviour is modelled. Data; the behaviours are in `servers/` and `programs/`. */
export const KNOWN_IMAGES: readonly Image[] = [
  ...WEB_IMAGES,
  ...TOOL_IMAGES,
  ...DATABASE_IMAGES,
  ...CONTROL_PLANE_IMAGES,
  {
    repositories: ['registry.k8s.io/pause'],
    libc: 'musl',
    entrypoint: ['/pause'],
    cmd: [],
    ports: [],
    programs: { pause },
    tools: [],
    size: 318_731,
    about: 'Does nothing, until it is told to end.',
  },
  {
    repositories: ['docker.io/library/hello-world'],
    libc: 'musl',
    entrypoint: [],
    cmd: ['/hello'],
    ports: [],
    programs: {
      hello: instant((process) => {
        process.stdout(
          '\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n',
        );
        return 0;
      }),
    },
    tools: [],
    size: 5_219,
    about: 'Says hello and ends.',
  },
];

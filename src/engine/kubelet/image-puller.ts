import type { Container } from '../api/index.ts';
import type { Clock, Random } from '../apimachinery/index.ts';
import { goDuration } from './go-duration.ts';
import type { Image, ImageTable } from './images/image.ts';
import { parseImageReference } from './images/reference.ts';

/** What the puller has to say on the way, as events. */
export type PullEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

export type PullOutcome =
  | { readonly ok: true; readonly image: Image }
  /** `reason` and `message` are those of the container's waiting state. */
  | {
      readonly ok: false;
      readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName';
      readonly message: string;
    };

export interface ImagePuller {
  /** Calls back when the image is on the node, or is not to be had. */
  ensure(container: Container, event: PullEvent, done: (outcome: PullOutcome) => void): void;
}

const SLOWEST_PULL_MS = 900;
const FASTEST_PULL_MS = 350;
/** What asking the registry whether the tag has changed costs: `imagePullPolicy: Always` and the image is there. */
const CHECK_MS = 120;

/** Models EnsureImageExists (pkg/kubelet/images/image_manager.go, v1.36) of one node, without its back-off. */
export function createImagePuller(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly images: ImageTable;
}): ImagePuller {
  const { clock, random, images } = options;
  const present = new Set<string>();
  return {
    ensure(container, event, done) {
      const name = container.image ?? '';
      const parsed = parseImageReference(name);
      if (!parsed.ok) {
        const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${parsed.error}`;
        event('Warning', 'InspectFailed', message);
        return done({ ok: false, reason: 'InvalidImageName', message });
      }
      const { reference } = parsed;
      const policy = container.imagePullPolicy ?? (reference.tag === 'latest' ? 'Always' : 'IfNotPresent');
      const isPresent = present.has(reference.canonical);
      if (policy === 'Never' && !isPresent) {
        const message = `Container image "${name}" is not present with pull policy of Never`;
        event('Warning', 'ErrImageNeverPull', message);
        return done({ ok: false, reason: 'ErrImageNeverPull', message });
      }
      if (isPresent && policy !== 'Always') {
        event(
          'Normal',
          'Pulled',
          `Container image "${name}" already present on machine and can be accessed by the pod`,
        );
        return finish(name, done);
      }
      event('Normal', 'Pulling', `Pulling image "${name}"`);
      const took = isPresent ? CHECK_MS : FASTEST_PULL_MS + random.below(SLOWEST_PULL_MS - FASTEST_PULL_MS);
      clock.after(took, () => {
        const result = images.pull(name);
        if (!result.ok) {
          event('Warning', 'Failed', `Failed to pull image "${name}": ${result.message}`);
          return done({ ok: false, reason: 'ErrImagePull', message: result.message });
        }
        present.add(reference.canonical);
        const time = goDuration(took);
        const text = `Successfully pulled image "${name}" in ${time} (${time} including waiting). Image size: ${result.image.size} bytes.`;
        event('Normal', 'Pulled', text);
        done({ ok: true, image: result.image });
      });
    },
  };

  function finish(name: string, done: (outcome: PullOutcome) => void): void {
    const result = images.pull(name);
    done(result.ok ? result : { ok: false, reason: 'ErrImagePull', message: result.message });
  }
}

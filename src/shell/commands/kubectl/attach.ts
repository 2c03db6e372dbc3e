import type { ContainerStatus, Pod } from '../../../engine/index.ts';
import type { Machine } from '../../process.ts';
import { textInput } from '../../streams.ts';
import { isInteractiveShell, pipeTo } from './exec.ts';
import type { KubectlContext } from './kubectl-command.ts';

/** How long a container may take to start, in virtual ms, where kubectl has no limit of its own. */
const START_LIMIT_MS = 3_600_000;

export interface AttachOptions {
  readonly container: string;
  /** What the container runs. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  /** Default: an hour. */
  readonly timeoutMs?: number;
  /** What is printed when the session is over, after kubectl's own words; it may let virtual time pass. */
  readonly finish?: (status: number) => Promise<string>;
}

/** Waits until a container runs or has ended; undefined: neither in time. */
export async function untilStarted(
  { api, process }: KubectlContext,
  { metadata }: Pod,
  container: string,
  limitMs = START_LIMIT_MS,
): Promise<ContainerStatus | undefined> {
  const { clock } = process.session.cluster;
  const started = clock.now();
  for (;;) {
    const now = api.get('pods', metadata.namespace ?? '', metadata.name);
    if (!now.ok) return undefined;
    const found = statusOf(now.object, container);
    if (found?.state?.running || found?.state?.terminated) return found;
    if (clock.now() - started >= limitMs) return undefined;
    await process.sleep(250);
  }
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  return [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((one) => one.name === name);
}

/**
 * Models pkg/cmd/attach (kubectl v1.36), where the terminal is the container's own process: a shell is entered, any other
 * command is run here, in the container's place. Answers the status of what was run, 0 for a shell that was entered.
 */
export async function attach(context: KubectlContext, pod: Pod, options: AttachOptions): Promise<number> {
  const { process } = context;
  const { container, command } = options;
  const { namespace = '', name } = pod.metadata;
  const started = await untilStarted(context, pod, container, options.timeoutMs);
  if (!started) return context.fail('timed out waiting for the condition');
  const { cluster } = process.session;
  const attached = cluster.attach(namespace, name, container);
  if (!attached.ok) {
    // It has ended already: what it wrote is shown in its place.
    context.out(cluster.logs(namespace, name, container) ?? '');
    const status = started.state?.terminated?.exitCode ?? 0;
    context.out((await options.finish?.(status)) ?? '');
    return status;
  }
  if (!options.quiet)
    context.err(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.",
    );
  const machine: Machine = { kind: 'container', name, context: attached.context };
  if (process.stdinIsTerminal && isInteractiveShell(command.length > 0 ? command : ['sh'])) {
    const here = () => {
      const again = cluster.attach(namespace, name, container);
      return again.ok ? machine : again.message;
    };
    process.session.enter(here, {
      command: command.join(' ') || 'sh',
      async closing(status) {
        attached.exit(status);
        return resumeText(pod, options) + ((await options.finish?.(status)) ?? '');
      },
    });
    return 0;
  }
  const status = await process.runProgram(command, {
    machine,
    stdin: options.stdin ? process.stdin : textInput(''),
    ...(!options.tty && { stdout: pipeTo(process.stdout) }),
  });
  attached.exit(status);
  context.out(resumeText(pod, options) + ((await options.finish?.(status)) ?? ''));
  return status;
}

function resumeText({ metadata, spec }: Pod, { container, tty, stdin, quiet }: AttachOptions): string {
  if (quiet || !tty || !stdin) return '';
  const command = `kubectl attach ${metadata.name} -c ${container} -n ${metadata.namespace} -i -t`;
  if (!spec.containers.some(({ name }) => name === container))
    return `Session ended, the ephemeral container will not be restarted but may be reattached using '${command}' if it is still running\n`;
  return spec.restartPolicy === 'Always' ? `Session ended, resume using '${command}' command\n` : '';
}

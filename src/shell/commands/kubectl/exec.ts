import type { Machine } from '../../process.ts';
import { type Output, textInput } from '../../streams.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { kubeletRefusal } from './kubelet-request.ts';
import { allContainerNames, containerList, defaultContainer, pickPods } from './pick-pod.ts';

/** Models pkg/cmd/exec (kubectl v1.36). */
export const execCommand: KubectlCommand = {
  name: 'exec',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args…]',
  summary: 'Run a command in a container',
  arguments: ['pod'],
  stopAtFirst: false,
  flags: [
    FLAG.container,
    FLAG.filename,
    { name: 'stdin', short: 'i', help: 'Pass standard input on' },
    { name: 'tty', short: 't', help: 'Standard input is a terminal' },
    { name: 'quiet', short: 'q', help: 'Print only what the command prints' },
    {
      name: 'pod-running-timeout',
      value: 'DURATION',
      type: 'duration',
      help: 'How long to wait for the pod to run',
    },
  ],
  examples: [
    'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace',
    'kubectl exec -it client -- sh',
    'kubectl exec web -c sidecar -- ip addr',
  ],
  async run(context) {
    const { flags, args, process } = context;
    const dash = flags.dash ?? args.length;
    const [target] = args;
    if (target === undefined || dash === 0) {
      context.err(`error: pod, type/name or --filename must be specified`);
      return 1;
    }
    if (dash > 1) {
      context.err(
        `error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples`,
      );
      return 1;
    }
    const command = args.slice(dash);
    if (command.length === 0) return context.fail('you must specify at least one command for the container');

    const picked = pickPods(context, target);
    if (!picked.ok) {
      context.err(picked.message);
      return 1;
    }
    const [pod] = picked.pods;
    if (!pod) return context.fail(`timed out waiting for the condition`);
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
      return context.fail(
        `cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`,
      );
    const container = flags.text('container') ?? defaultContainer(context, pod);
    const names = allContainerNames(pod);
    if (!names.includes(container))
      return context.fail(
        `container ${container} is not valid for pod ${pod.metadata.name} out of: ${containerList(pod)}`,
      );
    const { cluster } = process.session;
    const tty = flags.has('tty') && process.stdinIsTerminal === true;
    const unheard = kubeletRefusal(context, pod, {
      method: 'Post',
      what: 'exec',
      container,
      query: [
        ...command.map((word) => ['command', word] as const),
        ...(flags.has('stdin') ? [['input', '1'] as const] : []),
        ['output', '1'],
        tty ? ['tty', '1'] : ['error', '1'],
      ],
    });
    if (unheard) return context.fail(`Internal error occurred: error sending request: ${unheard}`);
    const enter = (): Machine | string => {
      const entered = cluster.exec(pod.metadata.namespace!, pod.metadata.name, container);
      return entered.ok
        ? { kind: 'container', name: pod.metadata.name, context: entered.context }
        : entered.message;
    };
    const machine = enter();
    if (typeof machine === 'string') {
      context.err(machine);
      return 1;
    }
    if (flags.has('stdin') && flags.has('tty') && !process.stdinIsTerminal)
      context.err('Unable to use a TTY - input is not a terminal or the right kind of file');
    if (!isFound(machine, command[0]!)) return context.fail(notFound(context, command[0]!));
    if (flags.has('stdin') && process.stdinIsTerminal && isInteractiveShell(command)) {
      process.session.enter(enter, { closing: '', command: command.join(' ') });
      return 0;
    }
    const status = await process.runProgram(command, {
      machine,
      stdin: flags.has('stdin') ? process.stdin : textInput(''),
      // Without -t the program writes into a pipe: `curl` shows its progress meter, `ls` one name a line.
      ...(!flags.has('tty') && { stdout: pipeTo(process.stdout) }),
    });
    if (status !== 0) context.err(`command terminated with exit code ${status}`);
    return status;
  },
};

export function pipeTo(output: Output): Output {
  return {
    terminal: false,
    get closed() {
      return output.closed ?? false;
    },
    write: (text) => output.write(text),
  };
}

/** `sh`, `bash -l`, …: a shell that reads what is typed. */
export function isInteractiveShell(command: readonly string[]): boolean {
  return (
    /^(?:\/(?:usr\/)?bin\/)?(?:ba|a|da)?sh$/.test(command[0] ?? '') &&
    command.slice(1).every((word) => /^-(?:[il]+|-login)$/.test(word))
  );
}

function isFound(machine: Machine, path: string): boolean {
  const { tools } = machine.context;
  const name = path.replace(/^(\/usr)?(\/local)?\/s?bin\//, '');
  return tools === undefined || tools.includes(name);
}

/** containerd's and runc's sentence for a program that an image does not have. */
function notFound(context: KubectlContext, name: string): string {
  const id = Array.from({ length: 8 }, (_, part) =>
    (Math.imul(context.process.session.nextId() * 8 + part + 1, 2654435761) >>> 0)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  const why = name.startsWith('/')
    ? `stat ${name}: no such file or directory`
    : 'executable file not found in $PATH';
  return `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ${why}`;
}

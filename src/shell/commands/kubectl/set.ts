import type { KubectlCommand } from './kubectl-command.ts';
import { setEnvCommand } from './set/env.ts';
import { setImageCommand } from './set/image.ts';
import { setResourcesCommand } from './set/resources.ts';
import { setSelectorCommand } from './set/selector.ts';
import { setServiceAccountCommand } from './set/service-account.ts';

/** Models pkg/cmd/set (kubectl v1.36). */
export const setCommand: KubectlCommand = {
  name: 'set',
  usage: 'set SUBCOMMAND',
  summary: 'Set one field of a workload',
  flags: [],
  examples: [
    'kubectl set image deploy/hello hello=gcr.io/google-samples/hello-app:2.0',
    'kubectl set env deploy/hello COLOR=blue',
  ],
  subcommands: [
    setEnvCommand,
    setImageCommand,
    setResourcesCommand,
    setSelectorCommand,
    setServiceAccountCommand,
  ],
};

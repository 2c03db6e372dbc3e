import { eachObject } from '../each-object.ts';
import type { KubectlCommand } from '../kubectl-command.ts';
import { podSpecOf, SET_FLAGS, sendPodSpec } from './pod-templates.ts';

/** Models pkg/cmd/set/set_serviceaccount.go (kubectl v1.36). */
export const setServiceAccountCommand: KubectlCommand = {
  name: 'serviceaccount',
  aliases: ['sa'],
  usage: 'set serviceaccount (-f FILE | TYPE NAME) SERVICE_ACCOUNT',
  summary: 'Set the ServiceAccount that pods run as',
  arguments: ['resource', 'name'],
  flags: SET_FLAGS,
  examples: ['kubectl set serviceaccount deploy hello robot'],
  run(context) {
    const name = context.args.at(-1);
    if (name === undefined) return context.fail('serviceaccount is required');
    return eachObject(context, context.args.slice(0, -1), (found) => {
      const { resource, object } = found;
      const spec = podSpecOf(object);
      if (!spec) {
        context.err(
          `error: ${resource.name}/${object.metadata.name} the object is not a pod or does not have a pod template: *v1.${object.kind}`,
        );
        return 1;
      }
      return sendPodSpec(
        context,
        found,
        { ...spec, serviceAccountName: name, serviceAccount: name },
        { verb: 'serviceaccount updated', failing: 'failed to patch ServiceAccountName' },
      );
    });
  },
};

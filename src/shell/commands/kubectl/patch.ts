import { goJsonError } from '../../text/go-json.ts';
import { eachObject, sendPatch } from './each-object.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';

/** Models pkg/cmd/patch (kubectl v1.36). */
export const patchCommand: KubectlCommand = {
  name: 'patch',
  usage: 'patch (-f FILE | TYPE NAME) [-p PATCH | --patch-file FILE] [--type=strategic|merge|json]',
  summary: 'Change fields of an object',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.filename,
    FLAG.dryRun,
    FLAG.output,
    FLAG.fieldManager,
    { name: 'patch', short: 'p', value: 'PATCH', help: 'The patch, as JSON or YAML' },
    { name: 'patch-file', value: 'FILE', help: 'A file with the patch' },
    { name: 'type', value: 'json|merge|strategic', help: 'How the patch is written (default strategic)' },
    { name: 'subresource', value: 'status|scale', help: 'The part of the object to patch' },
  ],
  examples: [
    `kubectl patch svc hello -p '{"spec":{"type":"NodePort"}}'`,
    `kubectl patch deploy hello --type=json -p '[{"op":"replace","path":"/spec/replicas","value":3}]'`,
    `kubectl patch deploy hello --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
  ],
  run(context) {
    const { flags, process } = context;
    const [inline, file] = [flags.text('patch'), flags.text('patch-file')];
    if (inline && file) return context.fail('cannot specify --patch and --patch-file together');
    if (!inline && !file)
      return context.fail('must specify --patch or --patch-file containing the contents of the patch');
    const type = (flags.text('type') ?? 'strategic').toLowerCase();
    if (type !== 'strategic' && type !== 'merge' && type !== 'json')
      return context.fail(`--type must be one of [json merge strategic], not "${type}"`);
    const subresource = flags.text('subresource');
    if (subresource !== undefined && subresource !== 'status' && subresource !== 'scale') {
      context.err('Error from server (NotFound): the server could not find the requested resource');
      return 1;
    }
    const text = inline || process.files.read(file!);
    if (text === undefined)
      return context.fail(`unable to read patch file: open ${file}: no such file or directory`);
    // What begins as JSON is sent as it is, and the server says what is wrong with it.
    const broken = /^\s*[{[]/.test(text) ? goJsonError(text) : undefined;
    if (broken) {
      context.err(`Error from server (BadRequest): ${broken}`);
      return 1;
    }
    const { documents, problems } = process.session.host.parseManifests(text, 'patch');
    if (problems[0])
      return context.fail(
        `unable to parse "${text}": ${problems[0].message.replace(/^error: error parsing patch: error converting YAML to JSON: /, '')}`,
      );
    const patch = documents[0]?.object;
    return eachObject(context, context.args, (found) =>
      sendPatch(context, found, {
        type,
        patch,
        verb: 'patched',
        noting: true,
        ...(subresource && { subresource }),
      }),
    );
  },
};

import { formatTable } from '../../text/table.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
import { eventAge } from './printers/cluster.ts';
import { findResource, noSuchType } from './resource-arguments.ts';

/** Models pkg/cmd/events (kubectl v1.36): oldest first, with how often. */
export const eventsCommand: KubectlCommand = {
  name: 'events',
  usage: 'events [--for TYPE/NAME] [--types=Normal,Warning]',
  summary: 'List events, oldest first',
  flags: [
    FLAG.allNamespaces,
    { name: 'for', value: 'TYPE/NAME', help: 'Of one object' },
    { name: 'types', value: 'TYPES', help: 'Normal, Warning' },
    { name: 'no-headers', help: 'Without the header line' },
  ],
  examples: ['kubectl events', 'kubectl events --for pod/client'],
  run(context) {
    const [type, name] = (context.flags.text('for') ?? '').split('/');
    const resource = type ? findResource(type) : undefined;
    if (type && !resource) {
      context.err(noSuchType(type));
      return 1;
    }
    const wrong = context.flags
      .text('types')
      ?.split(',')
      .some((one) => !/^(?:normal|warning)$/i.test(one));
    if (wrong) return context.fail('valid --types are Normal or Warning');
    const types = context.flags
      .text('types')
      ?.split(',')
      .map((one) => one.toLowerCase());
    const when = (event: {
      readonly lastTimestamp?: string | null;
      readonly firstTimestamp?: string | null;
      readonly eventTime?: string | null;
    }) => Date.parse(event.lastTimestamp ?? event.firstTimestamp ?? event.eventTime ?? '') || 0;
    const events = context.api
      .list('events', context.allNamespaces ? {} : { namespace: context.namespace })
      .filter(
        (event) =>
          (!resource ||
            (event.involvedObject.kind === resource.kind && event.involvedObject.name === name)) &&
          (!types || types.includes((event.type ?? '').toLowerCase())),
      )
      .sort((a, b) => when(a) - when(b));
    if (events.length === 0) {
      context.err(
        context.allNamespaces ? 'No events found.' : `No events found in ${context.namespace} namespace.`,
      );
      return 0;
    }
    const now = Date.parse(context.process.session.cluster.timestamp());
    const rows = events.map((event) => [
      ...(context.allNamespaces ? [event.metadata.namespace ?? ''] : []),
      eventAge(event, now),
      event.type ?? '',
      event.reason ?? '',
      `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`,
      (event.message ?? '').trim(),
    ]);
    const header = [
      ...(context.allNamespaces ? ['NAMESPACE'] : []),
      'LAST SEEN',
      'TYPE',
      'REASON',
      'OBJECT',
      'MESSAGE',
    ];
    context.out(formatTable(context.flags.has('no-headers') ? rows : [header, ...rows]));
    return 0;
  },
};

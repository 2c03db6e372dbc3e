import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// The package's own imports name no file ending, as bundlers allow and Node does not.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL?.includes('webernetes')) {
      const bare = new URL(specifier, context.parentURL).href;
      for (const end of ['.js', '/index.js']) {
        if (!bare.endsWith('.js') && existsSync(fileURLToPath(bare + end))) return next(bare + end, context);
      }
    }
    return next(specifier, context);
  },
});

/**
 * The nearest job that `@ngrok/webernetes` does: from applying a Deployment of three and a Service to the first reply
 * by Service name, asked from another pod. Its clock is the wall clock. Answers milliseconds, its own cluster's start not counted.
 */
export async function webernetesFirstReply(objects: readonly unknown[]): Promise<number> {
  const { BaseImage, Cluster } = await import('@ngrok/webernetes');
  class Hello extends BaseImage {
    static readonly imageName = 'hello';
    static readonly imageVersion = '1.0';
    readonly defaultCommand = ['server'];
    override async exec(
      context: Parameters<InstanceType<typeof BaseImage>['exec']>[0],
      argv: readonly string[],
    ): Promise<number> {
      if (argv[0] !== 'server') return await super.exec(context, argv);
      context.listenHttp(8080, async () => ({ status: 200, body: 'Hello\n' }));
      return await context.waitUntilKilled();
    }
  }
  const cluster = new Cluster();
  cluster.registerImage(Hello);
  await cluster.init();
  const client = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', namespace: 'default' },
    spec: { containers: [{ name: 'client', image: 'busybox', command: ['sleep', '3600'] }] },
  };
  await cluster.apply([client] as never);
  await ask(60_000, () => cluster.exec('default', 'client', 'client', ['true']));
  const start = performance.now();
  await cluster.apply(objects as never);
  await ask(60_000, () =>
    cluster.exec('default', 'client', 'client', ['wget', '-qO-', 'http://hello-service']),
  );
  const time = performance.now() - start;
  await cluster.close();
  return time;
}

/** Asks again every 5 ms until the command succeeds. */
async function ask(limitMs: number, command: () => Promise<{ exitCode: number }>): Promise<void> {
  const end = performance.now() + limitMs;
  for (;;) {
    const result = await command().catch(() => undefined);
    if (result?.exitCode === 0) return;
    if (performance.now() > end) throw new Error('webernetes did not answer within a minute');
    await new Promise((done) => setTimeout(done, 5));
  }
}

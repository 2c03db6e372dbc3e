import { expect, test } from 'vitest';
import { createCluster } from '../engine/index.ts';
import { createLabSession } from './session.ts';

const FILES = [
  {
    name: 'hello.yaml',
    text: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: hello\n  namespace: nowhere\nspec:\n  selector:\n    app: hello\n',
  },
];

test('x', async () => {
  const session = createLabSession({ createCluster, goals: [] });
  const state = await session.start(FILES);
  let out = '';
  const result = await session.apply(FILES, (t) => {
    out += t;
  });
  console.log(out, result.status, JSON.stringify(result.state.problems, null, 1));
  out = '';
  await session.run(
    'kubectl get pods -A -o wide',
    (t) => {
      out += t;
    },
    120,
  );
  console.log(out, JSON.stringify(state.view.nodes));
});

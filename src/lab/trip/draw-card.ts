import type { Message } from '../../engine/index.ts';
import { h, icon, rich } from './dom.ts';
import { drawStamp } from './draw-strip.ts';
import type { Field, Layer } from './header.ts';
import type { CardStep, HopCard, PathRule, Proof } from './hop-card.ts';
import { type Draw, foldedDraws } from './rules.ts';
import type { Stage } from './section.ts';

type Word = (id: string, values?: Message['values']) => string;

/** The numbered steps of a hop. `shownRule` is the rule of the path that the learner chose to read, by step. */
export function drawSteps(
  card: HopCard,
  say: (message: Message) => string,
  shownRule: ReadonlyMap<number, number>,
): readonly Node[] {
  const word: Word = (id, values = {}) => say({ id, values });
  const list = h('ol', { class: 'steps', 'aria-label': word('trip.card.steps') });
  for (const step of card.steps) list.append(drawStep(step, say, shownRule.get(step.number)));
  const section = card.section.length > 1 ? [drawSection(card.section, word)] : [];
  return [h('h4', {}, ...rich(say(card.title))), ...section, list];
}

/** A node opened: the kernel's stops on the packet's line, and in each hook its tables. */
function drawSection(stages: readonly Stage[], word: Word): HTMLElement {
  const list = h('ol', { class: 'section', 'aria-label': word('trip.section') });
  stages.forEach(({ name, kind, parts, state, place }, index) => {
    const shown = name.startsWith('trip.') ? word(name) : name;
    const inner = parts.map(({ name: table, state: at, verdict, stamp }) =>
      h(
        'span',
        { class: `part is-${at}${verdict === 'ACCEPT' ? '' : ' part--no'}` },
        table,
        stamp && drawStamp(stamp),
      ),
    );
    const button = h(
      'button',
      {
        type: 'button',
        class: `stage stage--${kind}`,
        'data-key': `stage-${index}`,
        'data-place': JSON.stringify(place),
      },
      h('span', { class: 'stage__n' }, shown),
      inner.length > 0 && h('span', { class: 'stage__p' }, ...inner),
    );
    list.append(h('li', { class: `is-${state}`, 'aria-current': state === 'now' && 'step' }, button));
  });
  return list;
}

function drawStep(
  step: CardStep,
  say: (message: Message) => string,
  chosen: number | undefined,
): HTMLElement {
  const word: Word = (id, values = {}) => say({ id, values });
  const go = h(
    'button',
    {
      type: 'button',
      class: 'step__go',
      'data-key': `step-${step.number}`,
      'data-place': JSON.stringify(step.place),
    },
    ...rich(say(step.message)),
    step.stamp && drawStamp(step.stamp),
  );
  const content = h('div', {}, go);
  for (const meaning of step.meanings) content.append(h('p', { class: 'meaning' }, ...rich(say(meaning))));
  if (step.proof) content.append(...drawProof(step.proof, step.number, chosen, word));
  return h(
    'li',
    {
      'data-n': step.number,
      class: step.current ? 'is-now' : undefined,
      'aria-current': step.current && 'step',
    },
    content,
  );
}

function drawProof(
  proof: Proof,
  step: number,
  chosen: number | undefined,
  word: Word,
): readonly HTMLElement[] {
  const nodes: HTMLElement[] = [];
  const shown = Math.min(chosen ?? proof.path.length - 1, proof.path.length - 1);
  if (proof.path.length > 1) nodes.push(drawChains(proof.path, step, shown, word));
  const rule = proof.path[shown];
  if (rule) nodes.push(drawRule(rule));
  if (proof.draws.length > 0) nodes.push(drawGauges(proof.draws, word));
  if (proof.entry) {
    nodes.push(
      h(
        'dl',
        { class: 'entry' },
        h('dt', {}, word('trip.entry.original')),
        h('dd', {}, proof.entry.original),
        h('dt', {}, word('trip.entry.reply')),
        h('dd', {}, proof.entry.reply),
      ),
    );
  }
  return nodes;
}

/** The chain of chains: each one shows the rule in it that led on. */
function drawChains(path: readonly PathRule[], step: number, shown: number, word: Word): HTMLElement {
  const list = h('ol', { class: 'chains', 'aria-label': word('trip.chains') });
  path.forEach(({ chain, number }, index) => {
    list.append(
      h(
        'li',
        {},
        index > 0 && icon('next'),
        h(
          'button',
          {
            type: 'button',
            'aria-pressed': index === shown ? 'true' : 'false',
            'data-key': `chain-${step}-${index}`,
            'data-step': step,
            'data-rule': index,
            title: word('trip.rule.number', { number }),
          },
          chain,
        ),
      ),
    );
  });
  return list;
}

function drawRule(rule: PathRule): HTMLElement {
  const line = h('p', { class: 'rule' });
  rule.pieces.forEach(({ text, strong }, index) => {
    if (index > 0) line.append(' ');
    line.append(h(strong ? 'b' : 'span', text.length < 36 ? { class: 'nb' } : {}, text));
  });
  return line;
}

function drawGauges(draws: readonly Draw[], word: Word): HTMLElement {
  const table = h('div', { class: 'draw' });
  for (const row of foldedDraws(draws)) {
    if (row.kind === 'fold') {
      table.append(
        h('span', { class: 'fold' }, word('trip.draw.folded', { from: row.from, to: row.to })),
        h('span', {}),
        h('span', {}),
        h('span', { class: 'fold' }, word(`trip.draw.folded-${row.result}`)),
      );
      continue;
    }
    const { number, probability, drawn, result } = row.draw;
    const won = result === 'taken' ? 'won' : undefined;
    const gauge = h(
      'span',
      { class: 'gauge', 'aria-hidden': 'true' },
      h('i', { style: `inline-size:${probability * 100}%` }),
      drawn !== undefined && h('em', { style: `inset-inline-start:${drawn * 100}%` }),
    );
    table.append(
      h('span', { class: won }, word('trip.draw.rule', { number })),
      gauge,
      h('span', { class: won }, drawn === undefined ? '' : word('trip.draw.drawn', { drawn })),
      h(
        'span',
        { class: won },
        result !== 'unseen' && icon(result === 'taken' ? 'check' : 'cross'),
        ` ${word(`trip.draw.${result}`)}`,
      ),
    );
  }
  return table;
}

/** The packet's label: where from, where to, TTL, before and after the step. */
export function drawLabel(fields: readonly Field[], word: Word): HTMLElement {
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, h('span', { class: 'sr' }, word('trip.label.field'))),
    h('th', { scope: 'col' }, word('trip.label.before')),
    h('th', { scope: 'col' }, word('trip.label.after')),
  );
  const body = h('tbody');
  for (const { id, before, after, changed } of fields) {
    body.append(
      h(
        'tr',
        { class: changed ? 'chg' : undefined },
        h('th', { scope: 'row' }, word(`trip.field.${id}`)),
        h('td', {}, before),
        changed ? h('td', {}, after) : h('td', { class: 'same' }, word('trip.label.same')),
      ),
    );
  }
  return h('table', { class: 'label' }, h('thead', {}, head), body);
}

/** The whole header as labelled fields, layer by layer; what the step changed is stamped. */
export function drawLayers(layers: readonly Layer[], word: Word): readonly HTMLElement[] {
  return layers.map(({ name, inner, fields }) => {
    const list = h('dl');
    for (const { id, before, after, changed } of fields) {
      const value = changed
        ? [
            before && h('s', {}, before),
            ' ',
            h('b', { class: 'stamped' }, after, h('span', { class: 'sr' }, ` (${word('trip.changed')})`)),
          ]
        : [after];
      list.append(
        h(
          'div',
          {},
          h('dt', {}, word(`trip.field.${id}`)),
          h('dd', {}, ...value.filter((part) => part !== '')),
        ),
      );
    }
    const title = inner ? `${name}, ${word('trip.header.inner')}` : name;
    return h('section', { class: 'layer' }, h('h5', {}, title), list);
  });
}

/** The line of YAML behind the step. */
export function drawOrigin(card: HopCard, word: Word): HTMLElement | undefined {
  if (!card.origin) return undefined;
  const { object, field, source } = card.origin;
  const before = field ? word('trip.origin', { field, object }) : word('trip.origin.object', { object });
  const link = word('trip.origin.link', { line: source.line, file: source.file });
  return h(
    'p',
    { class: 'why2' },
    ...rich(before),
    ' ',
    h(
      'button',
      { type: 'button', class: 'link', 'data-key': 'origin', 'data-source': JSON.stringify(source) },
      link,
    ),
  );
}

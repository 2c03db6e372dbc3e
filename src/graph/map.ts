import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape';
import type { Message } from '../engine/index.ts';
import { describeMap } from './describe.ts';
import { type Drawing, drawMap, type MapState } from './draw.ts';
import { dashOf, type MapElement } from './elements.ts';
import { pointAt } from './geometry.ts';
import { createOverlay } from './overlay.ts';
import type { Place } from './place.ts';
import type { Layer } from './scene.ts';
import { styleOf } from './style.ts';
import { onThemeChange, readTheme } from './theme.ts';
import { travel } from './travel.ts';

export interface ClusterMap {
  /** Shows another cluster, other trips, or another place in them. One step further on the same packet is travelled. */
  update(state: MapState): void;
  setLayer(layer: Layer): void;
  dispose(): void;
}

/** Fonts are part of the drawing: Cytoscape measures labels once. But no font is worth waiting for longer. */
const FONT_PATIENCE_MS = 1500;

/**
 * Draws the map in `container`, which it fills in width and sets in height. Cytoscape is loaded by this call. Dispatches
 * bubbling `hop:stop` {netns} when a stop is chosen.
 */
export async function createMap(
  container: HTMLElement,
  options: { readonly say: (message: Message) => string },
): Promise<ClusterMap> {
  const { say } = options;
  const [{ default: cytoscape }] = await Promise.all([import('cytoscape'), fontsReady(readTheme(container))]);
  const canvas = document.createElement('div');
  canvas.className = 'map__canvas';
  canvas.setAttribute('role', 'img');
  const overlay = createOverlay(container, say);
  container.classList.add('cluster-map');
  container.append(canvas, overlay.element);

  const cy: Core = cytoscape({
    container: canvas,
    style: styleOf(readTheme(container)) as unknown as StylesheetJson,
    layout: { name: 'preset' },
    userZoomingEnabled: false,
    userPanningEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
  });

  drawDirectly(cy);

  let state: MapState | undefined;
  let drawing: Drawing | undefined;
  let drawn: DrawnFor | undefined;
  let width = 0;
  let along = 0;
  let scale = 1;
  let stopTravel = () => {};

  function draw(travelling: boolean, before: Place | undefined): void {
    if (!state || width === 0) return;
    stopTravel();
    // A step along the same packet changes no drawing: only how much of it shows.
    const kept = drawing && drawn && sameDrawing(drawn, { state, width }) ? drawing : undefined;
    const next = kept ?? drawMap(state, width, say);
    const sized = drawing?.scene.width === next.scene.width && drawing.scene.height === next.scene.height;
    drawing = next;
    drawn = { state, width };
    if (!sized) resize(next);
    const target = placeOf(next, state.place);
    const start = before && travelling ? placeOf(next, before) : target;
    if (!kept) {
      synchronize(cy, next.elements);
      overlay.stops(next.scene, scale);
    }
    markEnd(cy, next, state.place);
    canvas.setAttribute('aria-label', describeMap(next.cast, state.place, next.scene.layer, next.names, say));
    if (target <= start) {
      show(target);
      overlay.tag(next, state.place, along, scale);
      return;
    }
    overlay.hideTag();
    stopTravel = travel(container, start, target, show, () => overlay.tag(next, state?.place, along, scale));
  }

  function resize({ scene }: Drawing): void {
    scale = Math.min(1, width / scene.width);
    canvas.style.width = `${scene.width * scale}px`;
    canvas.style.height = `${scene.height * scale}px`;
    overlay.element.style.width = canvas.style.width;
    cy.resize();
    cy.viewport({ zoom: scale, pan: { x: 0, y: 0 } });
  }

  /** Puts the traveller at a length along its trip, and fills the track behind it. */
  function show(to: number): void {
    along = to;
    const route = drawing?.route;
    if (!drawing || !route) return;
    const { tone } = drawing;
    cy.batch(() => {
      route.legs.forEach((leg, index) => {
        const done = along > leg.start + 0.5;
        for (const layer of ['casing', 'cover', 'done', 'core']) {
          const line = cy.getElementById(`${layer}:${index}`);
          if (line.empty()) continue;
          line.toggleClass('hidden', !done);
          const dash = done ? dashOf(leg, along, layer === 'done' ? tone : 'tcp') : undefined;
          if (dash && dash !== line.data('dash')) line.data('dash', dash);
        }
        const chevron = cy.getElementById(`chevron:${index}`);
        if (chevron.nonempty()) chevron.toggleClass('hidden', along < Number(chevron.data('after')) + 14);
      });
      const leg = route.legs.find(({ start, length }) => along <= start + length + 0.01) ?? route.legs.at(-1);
      if (leg) {
        const { x, y } = pointAt(leg.line, along - leg.start);
        cy.getElementById('here').position({ x, y });
      }
    });
  }

  function follow(place: Place | undefined, previous: Place | undefined): boolean {
    if (!place || !previous || place.exchange !== previous.exchange || place.packet !== previous.packet)
      return false;
    return place.hop === previous.hop
      ? place.step === previous.step + 1
      : place.hop === previous.hop + 1 && place.step === 0;
  }

  const observer = new ResizeObserver(() => {
    const now = Math.floor(container.clientWidth);
    if (now === width || now === 0) return;
    width = now;
    draw(false, undefined);
  });
  observer.observe(container);
  width = Math.floor(container.clientWidth);
  const stopTheme = onThemeChange(() => {
    cy.style(styleOf(readTheme(container)) as unknown as StylesheetJson);
  });

  return {
    update(next) {
      const previous = state;
      state = { ...next, layer: next.layer ?? previous?.layer ?? 'network' };
      const same =
        previous?.trips === next.trips && previous.view === next.view && previous.layer === state.layer;
      draw(same && follow(next.place, previous.place), previous?.place);
    },
    setLayer(layer) {
      if (!state || state.layer === layer) return;
      state = { ...state, layer };
      draw(false, undefined);
    },
    dispose() {
      stopTravel();
      observer.disconnect();
      stopTheme();
      cy.destroy();
      canvas.remove();
      overlay.element.remove();
    },
  };
}

/**
 * Cytoscape draws elements into textures and copies those, at whole multiples of their size: on ordinary screens that
 * blurs small text, and a map of a hundred elements needs no such help. Without these methods it would just be blurred.
 */
function drawDirectly(cy: Core): void {
  const renderer = (cy as unknown as { renderer(): Record<string, unknown> }).renderer();
  if (typeof renderer.drawElements !== 'function') return;
  renderer.drawLayeredElements = renderer.drawElements;
  renderer.drawCachedElements = renderer.drawElements;
}

/** What a drawing depends on. */
interface DrawnFor {
  readonly state: MapState;
  readonly width: number;
}

function sameDrawing(a: DrawnFor, b: DrawnFor): boolean {
  const [was, is] = [a.state, b.state];
  return (
    a.width === b.width &&
    was.view === is.view &&
    was.trips === is.trips &&
    was.layer === is.layer &&
    was.place?.exchange === is.place?.exchange &&
    was.place?.packet === is.place?.packet
  );
}

function placeOf({ route }: Drawing, place: Place | undefined): number {
  return (place && route?.places[place.hop]?.[place.step]) ?? 0;
}

/** Where the packet was refused or lost, once the learner has come there; it stays so while the refusal travels back. */
function markEnd(cy: Core, { cast, route, under, scene }: Drawing, place: Place | undefined): void {
  cy.nodes('.refused, .lost').removeClass('refused lost');
  cy.getElementById('refusal').addClass('hidden');
  const packets = cast.trip?.exchange.packets ?? [];
  const packet = place && packets[place.packet];
  if (!packet) return;
  const back = packet.direction === 'back';
  const asked = back
    ? packets.findLast(({ direction }, index) => direction === 'out' && index < place.packet)
    : packet;
  const end = (back ? under : route)?.ends.to;
  const last = packet.trace.hops.length - 1;
  const there = back || (place.hop === last && place.step === packet.trace.hops[last]!.steps.length - 1);
  if (back && packet.trace.disposition.kind !== 'ACCEPTED') {
    // The answer itself got lost on its way.
    if (place.hop === last && place.step === packet.trace.hops[last]!.steps.length - 1 && route?.ends.to)
      cy.getElementById(route.ends.to).addClass('lost');
    return;
  }
  if (!asked || !end || !there || asked.trace.disposition.kind === 'ACCEPTED') return;
  const { kind } = asked.trace.disposition;
  const refused = kind === 'REJECTED' || kind === 'NO_SOCKET';
  cy.getElementById(end).addClass(refused ? 'refused' : 'lost');
  const at = scene.stops.find(({ id }) => id === end);
  if (refused && at) cy.getElementById('refusal').removeClass('hidden').position({ x: at.x, y: at.y });
}

/** Makes Cytoscape hold exactly these elements, touching only those that differ. */
function synchronize(cy: Core, elements: readonly MapElement[]): void {
  cy.batch(() => {
    const wanted = new Map(elements.map((element) => [element.data.id, element]));
    cy.elements()
      .filter((element) => !wanted.has(element.id()))
      .remove();
    const missing: MapElement[] = [];
    for (const element of elements) {
      const found = cy.getElementById(element.data.id);
      // An edge cannot change its ends; nor may one lose its bends and keep the style that reads them.
      const rebuilt =
        found.nonempty() &&
        element.group === 'edges' &&
        (found.data('source') !== element.data.source ||
          found.data('target') !== element.data.target ||
          (found.data('weights') === undefined) !== (element.data.weights === undefined));
      if (rebuilt) found.remove();
      if (found.empty() || rebuilt) {
        missing.push(element);
        continue;
      }
      found.data({ ...element.data });
      found.classes(element.classes);
      if (element.position && element.data.id !== 'here') found.position({ ...element.position });
    }
    // Nodes first: an edge needs both of its own to be there.
    missing.sort((a, b) => (a.group === b.group ? 0 : a.group === 'nodes' ? -1 : 1));
    cy.add(
      missing.map((element) => ({
        ...element,
        // Cytoscape writes into what it is given; the drawing must stay as it is.
        ...(element.position ? { position: { ...element.position } } : {}),
        data: { dash: '0.1 100000', ...element.data },
      })) as unknown as ElementDefinition[],
    );
  });
}

async function fontsReady({ sans, mono }: { readonly sans: string; readonly mono: string }): Promise<void> {
  const wanted = [`600 15px ${sans}`, `400 13.5px ${sans}`, `700 16px ${sans}`, `400 12.5px ${mono}`];
  const loaded = Promise.allSettled(wanted.map((font) => document.fonts.load(font)));
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, FONT_PATIENCE_MS))]);
}

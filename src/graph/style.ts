import type { Theme } from './theme.ts';

/** One rule of a Cytoscape stylesheet. */
export interface StyleRule {
  readonly selector: string;
  readonly style: Readonly<Record<string, string | number | readonly number[]>>;
}

/** The drawing rules of the map, in Cytoscape's properties. Widths and radii are the look's own. */
export function styleOf({ colours, sans, mono }: Theme): readonly StyleRule[] {
  const { ink, sheet, edge, zone, land, here } = colours;
  const text = (size: number, weight: number, colour: string, family = sans) => ({
    label: 'data(label)',
    'font-family': family,
    'font-size': size,
    'font-weight': weight,
    color: colour,
  });
  const routed = {
    'curve-style': 'round-segments',
    'segment-weights': 'data(weights)',
    'segment-distances': 'data(distances)',
    'segment-radii': 'data(radii)',
    'radius-type': 'arc-radius',
  };
  return [
    {
      selector: 'node',
      style: {
        'z-index-compare': 'manual',
        'z-index': 'data(z)',
        width: 'data(width)',
        height: 'data(height)',
        events: 'no',
        'background-color': sheet,
        'border-width': 0,
      },
    },
    {
      selector: 'edge',
      style: {
        'z-index-compare': 'manual',
        'z-index': 'data(z)',
        events: 'no',
        'curve-style': 'straight',
        'edge-distances': 'endpoints',
        'source-endpoint': 'data(sourceEnd)',
        'target-endpoint': 'data(targetEnd)',
        'target-arrow-shape': 'none',
        'source-arrow-shape': 'none',
      },
    },
    { selector: 'edge[weights]', style: routed },
    { selector: '.anchor', style: { width: 1, height: 1, 'background-opacity': 0 } },

    { selector: '.zone', style: { shape: 'round-rectangle', 'corner-radius': 14, 'background-color': zone } },
    {
      selector: '.zone.waiting',
      style: {
        'background-opacity': 0,
        'border-width': 1.5,
        'border-color': edge,
        'border-style': 'dashed',
        'border-dash-pattern': [5, 4],
      },
    },
    { selector: '.zone.gutter', style: { 'background-color': land, 'corner-radius': 0 } },
    { selector: '.bar', style: { shape: 'round-rectangle', 'corner-radius': 4.5, 'background-color': ink } },
    { selector: '.wire, .link', style: { width: 2, 'line-color': edge } },
    { selector: '.bracket', style: { width: 2, 'line-color': ink } },
    {
      selector: '.lead',
      style: {
        width: 1.5,
        'line-color': colours['ink-3'],
        'line-style': 'dashed',
        'line-dash-pattern': [5, 4],
      },
    },

    { selector: '.stop', style: { shape: 'ellipse', 'border-width': 3, 'border-color': ink } },
    { selector: '.decision', style: { shape: 'round-rectangle', 'corner-radius': 5 } },
    { selector: '.port', style: { shape: 'round-rectangle', 'corner-radius': 2, 'border-width': 2.5 } },
    { selector: '.off', style: { 'border-width': 2.5, 'border-color': edge } },
    {
      selector: 'node.stop.waiting',
      style: { 'border-style': 'dotted', 'border-width': 2.5, 'background-opacity': 1 },
    },
    {
      selector: '.ending',
      style: { 'border-style': 'dotted', 'border-color': edge, 'background-color': zone },
    },
    { selector: '.failing', style: { 'border-color': colours.blocked } },
    { selector: '.failure', style: { shape: 'rectangle', 'background-color': colours.blocked } },
    { selector: '.more', style: { 'border-style': 'dotted' } },
    { selector: '.refused', style: { 'background-color': colours.blocked, 'border-color': colours.blocked } },
    {
      selector: '.lost',
      style: { 'border-color': colours.blocked, 'border-style': 'dashed', 'border-dash-pattern': [5, 3] },
    },
    { selector: '.sign', style: { shape: 'rectangle', 'background-color': sheet } },
    {
      selector: '.ring',
      style: {
        shape: 'ellipse',
        'background-opacity': 0,
        'border-width': 2,
        'border-color': ink,
        'border-style': 'dashed',
        'border-dash-pattern': [5, 4],
      },
    },
    { selector: '.ring--service', style: { 'border-width': 2.5 } },
    { selector: '.ring--solid', style: { 'border-style': 'solid', 'border-width': 2 } },
    {
      selector: '.ring--station',
      style: { 'border-style': 'solid', 'border-width': 3, 'background-opacity': 1 },
    },
    {
      selector: '.globe',
      style: { shape: 'ellipse', 'background-opacity': 0, 'border-width': 1.5, 'border-color': edge },
    },
    { selector: '.ring--station.off', style: { 'border-width': 2.5, 'border-color': edge } },
    { selector: '.globe--line', style: { shape: 'rectangle', 'background-color': edge } },

    { selector: '.line', style: { width: 8, 'line-cap': 'round', 'line-color': colours.tcp } },
    { selector: '.line.dns', style: { 'line-color': colours.dns } },
    { selector: '.line.reply', style: { 'line-color': colours.reply } },
    { selector: '.line.blocked', style: { 'line-color': colours.blocked } },
    { selector: '.ghost', style: { width: 14, 'line-color': colours['tcp-soft'] } },
    { selector: '.ghost.dns', style: { 'line-color': colours['dns-soft'] } },
    { selector: '.ahead', style: { width: 3.5, 'line-style': 'dashed', 'line-dash-pattern': [0.1, 8] } },
    { selector: '.done', style: { 'line-style': 'dashed', 'line-dash-pattern': 'data(dash)' } },
    { selector: '.casing', style: { width: 14, 'line-color': zone, 'line-cap': 'butt' } },
    { selector: '.casing.land', style: { 'line-color': land } },
    { selector: '.cover', style: { 'line-color': colours['tcp-soft'] } },
    { selector: '.cover.dns', style: { 'line-color': colours['dns-soft'] } },
    { selector: '.core', style: { width: 3.5, 'line-color': sheet } },
    { selector: '.done.blocked', style: { 'line-cap': 'butt' } },
    {
      selector: '.chevron',
      style: { shape: 'polygon', 'shape-polygon-points': 'data(shape)', 'background-color': sheet },
    },
    { selector: '.chevron.reply', style: { 'background-color': colours.reply } },
    { selector: '.hidden', style: { visibility: 'hidden' } },

    {
      selector: '.here',
      style: {
        shape: 'ellipse',
        'background-color': here,
        'border-width': 2.5,
        'border-color': colours['on-here'],
      },
    },

    {
      selector: '.label',
      style: {
        width: 1,
        height: 1,
        'background-opacity': 0,
        'text-valign': 'center',
        'text-halign': 'data(side)',
        ...text(13.5, 400, colours['ink-2']),
      },
    },
    { selector: '.label.zone-name', style: text(16, 700, ink) },
    { selector: '.label.name', style: text(15, 600, ink) },
    { selector: '.label.address', style: text(12.5, 400, colours['ink-2'], mono) },
  ];
}

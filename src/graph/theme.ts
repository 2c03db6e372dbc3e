/** The tokens that the map is painted with; their values are the page's. */
const COLOURS = [
  'sheet',
  'land',
  'zone',
  'ink',
  'ink-2',
  'ink-3',
  'edge',
  'tcp',
  'dns',
  'reply',
  'blocked',
  'tcp-soft',
  'dns-soft',
  'here',
  'on-here',
] as const;

export type Colour = (typeof COLOURS)[number];

export interface Theme {
  readonly colours: Readonly<Record<Colour, string>>;
  readonly sans: string;
  readonly mono: string;
}

/**
 * Reads the tokens as they are now, in the element's own colour scheme. A canvas cannot use `var()` or `light-dark()`,
 * so each one is computed by a probe; Cytoscape understands the `rgb(…)` that comes out.
 */
export function readTheme(element: HTMLElement): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  // A canvas is not painted over by forced colours, and needs more than one of them.
  probe.style.setProperty('forced-color-adjust', 'none');
  element.append(probe);
  const colours = {} as Record<Colour, string>;
  for (const name of COLOURS) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.style.fontFamily = 'var(--sans)';
  const sans = getComputedStyle(probe).fontFamily;
  probe.style.fontFamily = 'var(--mono)';
  const mono = getComputedStyle(probe).fontFamily;
  probe.remove();
  return { colours, sans, mono };
}

/** Calls `changed` whenever the page's colours may have changed; answers how to stop that. */
export function onThemeChange(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  dark.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', changed);
  };
}

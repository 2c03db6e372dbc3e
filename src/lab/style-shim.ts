/**
 * Lets Monaco, xterm.js and Cytoscape write the text of `<style>` elements under a policy that allows no inline styles:
 * the element stays empty, and its text goes to a constructed stylesheet. Rules put into an empty element's own sheet
 * (`insertRule`) are allowed anyway. Call before any of them loads; calling again does nothing.
 */
export function installStyleShim(): void {
  const text = Object.getOwnPropertyDescriptor(Node.prototype, 'textContent');
  if (!text?.set || Object.hasOwn(HTMLStyleElement.prototype, 'textContent')) return;
  const sheets = new WeakMap<HTMLStyleElement, CSSStyleSheet>();
  const remove = Element.prototype.remove;

  const drop = (sheet: CSSStyleSheet) => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
  Object.defineProperties(HTMLStyleElement.prototype, {
    textContent: {
      configurable: true,
      get: text.get,
      set(this: HTMLStyleElement, value: string | null) {
        let sheet = sheets.get(this);
        if (!sheet) {
          sheet = new CSSStyleSheet();
          sheets.set(this, sheet);
        }
        sheet.replaceSync(value ?? '');
        if (!document.adoptedStyleSheets.includes(sheet)) {
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }
      },
    },
    remove: {
      configurable: true,
      writable: true,
      value(this: HTMLStyleElement) {
        const sheet = sheets.get(this);
        if (sheet) drop(sheet);
        remove.call(this);
      },
    },
  });
}

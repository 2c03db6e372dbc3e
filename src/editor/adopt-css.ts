/** Applies CSS text to the document without a `<style>` element, so that no inline style needs a CSP grant. */
export function adoptCss(text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

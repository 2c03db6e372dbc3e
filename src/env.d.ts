/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** The lesson that a page shows, for the components of its prose. */
    lesson?: { readonly folder: string; readonly locale: import('./i18n/index.ts').Locale };
  }
}

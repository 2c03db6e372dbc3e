import type { Page } from '@playwright/test';

/** Collects what the browser complains of: errors, warnings of the content security policy, requests to elsewhere. */
export function watchConsole(page: Page): () => readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1[:/]|data:|blob:)/.test(request.url()))
      complaints.push(`asked elsewhere: ${request.url()}`);
  });
  return () => complaints;
}

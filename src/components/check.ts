import { recallTable, rememberIn } from './storage.ts';

/** A question with its answer at once. Showing the answer is CSS; this remembers it and tells it to screen readers. */
class Check extends HTMLElement {
  connectedCallback(): void {
    const name = this.dataset.question ?? '';
    const given = recallTable('hop.checks')[name];
    const choice = this.querySelector<HTMLInputElement>(`input[value="${String(given)}"]`);
    if (choice) choice.checked = true;
    this.addEventListener('change', (event) => {
      if (!(event.target instanceof HTMLInputElement)) return;
      rememberIn('hop.checks', name, Number(event.target.value));
      const status = this.querySelector('[role=status]');
      const why = event.target.closest('.opt')?.querySelector('.why');
      if (status) status.textContent = why?.textContent ?? '';
    });
  }
}

customElements.define('hop-check', Check);

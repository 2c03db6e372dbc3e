import { recallTable, rememberIn } from './storage.ts';

/** A bet made before running: kept in this browser, and settled further down by `<hop-settle>`. */
class Predict extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector('form');
    const foot = this.querySelector<HTMLElement>('.ask__f');
    const status = this.querySelector('[role=status]');
    if (!form || !foot || !status) return;
    const name = this.dataset.question ?? '';
    foot.hidden = false;
    const bet = recallTable('hop.predictions')[name];
    const choice = form.querySelector<HTMLInputElement>(`input[value="${String(bet)}"]`);
    if (choice) {
      choice.checked = true;
      status.textContent = this.dataset.kept ?? '';
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const chosen = form.querySelector<HTMLInputElement>('input:checked');
      if (!chosen) {
        status.textContent = this.dataset.choose ?? '';
        form.querySelector('input')?.focus();
        return;
      }
      rememberIn('hop.predictions', name, Number(chosen.value));
      status.textContent = this.dataset.kept ?? '';
      document.dispatchEvent(new CustomEvent('hop:bet', { detail: { question: name } }));
    });
  }
}

customElements.define('hop-predict', Predict);

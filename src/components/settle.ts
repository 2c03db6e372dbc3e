import { recallTable } from './storage.ts';

/** Marks in every settled bet the option that this learner had bet on. */
function markBets(): void {
  const bets = recallTable('hop.predictions');
  for (const settled of document.querySelectorAll<HTMLElement>('.settle')) {
    settled.querySelector('.yours')?.remove();
    const bet = bets[settled.dataset.question ?? ''];
    if (typeof bet !== 'number') continue;
    const mark = document.createElement('span');
    mark.className = 'yours';
    mark.textContent = settled.dataset.yours ?? '';
    settled.querySelectorAll('.opt')[bet]?.querySelector('span')?.append(mark);
  }
}

markBets();
document.addEventListener('hop:bet', markBets);

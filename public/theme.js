// Runs before the first paint, so that a chosen theme never flashes. The rest is in src/components/theme-button.ts.
(() => {
  var choice = null;
  try {
    choice = localStorage.getItem('hop.theme');
  } catch (_) {
    // No storage: the system's theme it is.
  }
  var chosen = choice === 'light' || choice === 'dark';
  if (chosen) document.documentElement.dataset.theme = choice;
  document.documentElement.dataset.themeChoice = chosen ? choice : 'system';
})();

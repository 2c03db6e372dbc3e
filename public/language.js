// The first visit to the front page goes to the browser's own language; from then on the page stays put, so that
// nobody is sent where they do not want to be, and "back" comes back. Without storage it never goes anywhere.
(() => {
  try {
    if (localStorage.getItem('hop.language') !== null) return;
    var spoken = (navigator.languages || [navigator.language || '']).map((tag) =>
      tag.slice(0, 2).toLowerCase(),
    );
    var language = spoken.find((tag) => tag === 'es' || tag === 'en');
    if (language === undefined) return;
    localStorage.setItem('hop.language', language);
    if (localStorage.getItem('hop.language') !== language) return;
    var file = location.protocol === 'file:' ? 'index.html' : '';
    location.replace(new URL(`${language}/${file}`, location.href).href);
  } catch (_) {
    // Two doors, as the page shows them.
  }
})();

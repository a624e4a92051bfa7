// Before the first paint: the theme chosen last time, or the system's.
(() => {
  const chosen = localStorage.getItem('lmcp.theme');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme =
    chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
})();

// Before the page is drawn: the theme that was chosen last, if any; else the system's.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch (_) {
  // no storage: the system's theme
}

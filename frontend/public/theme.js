// Runs before the first paint, so that a light studio never flashes dark. Not a module on purpose.
;(() => {
  let choice = 'auto'
  try {
    choice = localStorage.getItem('agentry-theme') || 'auto'
  } catch {
    // A browser without storage follows the system.
  }
  const light =
    choice === 'light' || (choice === 'auto' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.dataset.theme = light ? 'light' : 'dark'
  document.documentElement.dataset.mantineColorScheme = light ? 'light' : 'dark'
})()

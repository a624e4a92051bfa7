/**
 * Runs something every `milliseconds` while the page is visible, and when it becomes visible again. Returns the function that
 * stops it.
 */
export function everyVisible(milliseconds: number, run: () => void): () => void {
  const runIfVisible = (): void => {
    if (document.visibilityState === 'visible') run();
  };
  const timer = setInterval(runIfVisible, milliseconds);
  document.addEventListener('visibilitychange', runIfVisible);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', runIfVisible);
  };
}

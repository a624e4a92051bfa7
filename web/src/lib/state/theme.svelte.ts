type Theme = 'light' | 'dark';

/** Light or dark; static/theme.js sets the first one before anything is painted. */
class ThemeChoice {
  current = $state<Theme>(document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light');

  toggle(): void {
    this.current = this.current === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = this.current;
    localStorage.setItem('lmcp.theme', this.current);
  }
}

export const theme = new ThemeChoice();

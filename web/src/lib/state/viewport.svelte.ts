import { MediaQuery } from 'svelte/reactivity';

/** Too narrow for a table: rows take two lines. */
export const narrow = new MediaQuery('(max-width: 720px)', false);

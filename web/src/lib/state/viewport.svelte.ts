import { MediaQuery } from 'svelte/reactivity';

/** Too narrow for a table: rows take two lines. */
export const narrow = new MediaQuery('(max-width: 720px)', false);

/** Too narrow for the pages beside the content: they are a bar below it. */
export const narrowFrame = new MediaQuery('(max-width: 860px)', false);

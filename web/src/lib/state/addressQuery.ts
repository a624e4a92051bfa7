import { goto } from '$app/navigation';
import { page } from '$app/state';

/** Where the page is on its way to: a second choice meanwhile starts from there. */
let coming: URL | null = null;

/**
 * Replaces the query of the page's address, without an entry in the history. `change` gets the query as the last choice left it,
 * which the page may not show yet, and gives the new one.
 */
export function changeAddressQuery(change: (query: URLSearchParams) => string): void {
  const address = new URL((coming ?? page.url).href);
  address.search = change(new URLSearchParams(address.search));
  coming = address;
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the address of this page with another query
  void goto(address, { replace: true, reset: false }).finally(() => {
    if (coming === address) coming = null;
  });
}

/** Writes values into the query of the page's address; empty removes one. */
export function setAddressQuery(values: Readonly<Record<string, string>>): void {
  changeAddressQuery((query) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === '') query.delete(name);
      else query.set(name, value);
    }
    return query.toString();
  });
}

import { goto } from '$app/navigation';
import { page } from '$app/state';

/** Where the page is on its way to: a second choice meanwhile starts from there. */
let coming: URL | null = null;

/** Writes a value into the query of the page's address, without an entry in the history; empty removes it. */
export function setAddressQuery(name: string, value: string): void {
  const address = new URL((coming ?? page.url).href);
  if (value === '') address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  coming = address;
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the address of this page with another query
  void goto(address, { replace: true, reset: false }).finally(() => {
    if (coming === address) coming = null;
  });
}

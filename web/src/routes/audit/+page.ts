import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { addressOfOldFilter } from '#lib/domain/activity/activityAddress.ts';

/** Audit is a part of Activity. */
export function load({ url }: { readonly url: URL }): never {
  redirect(307, resolve(`/activity${addressOfOldFilter(url.searchParams)}`));
}

/** The interface is one static page: everything it shows comes from the gateway at run time. */
export const ssr = false;
export const prerender = false;

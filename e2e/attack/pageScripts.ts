/** A script for a page; `url` is a string literal of JavaScript. */
type PageScript = (url: string) => string;

/** What a page can do with an address and stay open, as script. */
export const inPage: Readonly<Record<string, PageScript>> = {
  image: (url) => `new Image().src = ${url}`,
  script: (url) => `document.head.append(Object.assign(document.createElement('script'), { src: ${url} }))`,
  style: (url) =>
    `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: ${url} }))`,
  prefetch: (url) =>
    `document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: ${url} }))`,
  'fetch without CORS': (url) =>
    `void fetch(${url}, { mode: 'no-cors', credentials: 'include' }).catch(() => 0)`,
  'fetch with CORS': (url) => `void fetch(${url}).catch(() => 0)`,
  'POST without preflight': (url) =>
    `void fetch(${url}, { method: 'POST', mode: 'no-cors', body: '{}' }).catch(() => 0)`,
  beacon: (url) => `navigator.sendBeacon(${url}, '{}')`,
  EventSource: (url) => `new EventSource(${url})`,
  frame: (url) => `document.body.append(Object.assign(document.createElement('iframe'), { src: ${url} }))`,
  'form in a frame': (url) => `{
    const frame = document.createElement('iframe');
    frame.name = String(Math.random());
    const form = Object.assign(document.createElement('form'), { method: 'post', target: frame.name, action: ${url} });
    document.body.append(frame, form);
    form.submit();
  }`,
};

/** A service worker that fetches what its page names, and tells it how that ended. */
export const workerText = `self.addEventListener('message', ({ data, source }) => {
  void fetch(data).then(() => 'read', () => 'rejected').then((said) => source.postMessage(said));
});`;

/** Lets the service worker of the page's own site (`/worker.js`) fetch an address. */
export const inServiceWorker: PageScript = (url) => `navigator.serviceWorker.register('/worker.js')
  .then(() => navigator.serviceWorker.ready)
  .then(({ active }) => new Promise((resolve) => {
    navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
    active.postMessage(${url});
  }))`;

/** What a page can do with an address by leaving. */
export const leaving: Readonly<Record<string, PageScript>> = {
  'a form': (url) => `{
    const form = Object.assign(document.createElement('form'), { method: 'post', action: ${url} });
    document.body.append(form);
    form.submit();
  }`,
  'a navigation': (url) => `location.href = ${url}`,
};

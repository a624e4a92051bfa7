import http, { type IncomingHttpHeaders } from 'node:http';

interface Page {
  readonly url: string;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A person at a browser: follows redirects, keeps cookies, and sends each form that a page asks for. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #entered: Readonly<Record<string, string>>;
  /** Every address that was opened, oldest first. */
  readonly visited: string[] = [];

  /** @param entered by the name of a field, what is entered there */
  constructor(entered: Readonly<Record<string, string>> = { login: 'ada', password: 'lovelace' }) {
    this.#entered = entered;
  }

  /** Opens an address, and gives the last page. @param until the address that is not opened any more */
  async open(url: string, until?: string): Promise<{ url: string; status: number; text: string }> {
    let page: Page = { url };
    for (let pages = 0; pages < 20; pages++) {
      if (until !== undefined && page.url.startsWith(until)) return { url: page.url, status: 0, text: '' };
      this.visited.push(page.url);
      const { status, headers, text } = await this.#send(page);
      if (headers.location !== undefined) page = { url: new URL(headers.location, page.url).href };
      else {
        const form = this.#form(text, page.url);
        if (form === undefined) return { url: page.url, status, text };
        page = form;
      }
    }
    throw new Error(`the browser went in circles: ${this.visited.join(' ')}`);
  }

  async #send({ url, body }: Page): Promise<Answered> {
    const answer = await request(url, body, {
      // As after a click on a page of the authorization server; `fetch` does not let anybody say so.
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
      Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body !== undefined && { 'Content-Type': 'application/x-www-form-urlencoded' }),
    });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  #form(page: string, base: string): Page | undefined {
    const [, action, inside] = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page) ?? [];
    if (action === undefined || inside === undefined) return undefined;
    const body = new URLSearchParams();
    for (const [input] of inside.matchAll(/<input[^>]*>/g)) {
      const attribute = (name: string): string | undefined =>
        new RegExp(`${name}="([^"]*)"`).exec(input)?.[1];
      const name = attribute('name');
      if (name !== undefined) body.set(name, this.#entered[name] ?? attribute('value') ?? '');
    }
    return { url: new URL(action, base).href, body: body.toString() };
  }
}

function request(url: string, body: string | undefined, headers: Record<string, string>): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = http.request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject).end(body);
  });
}

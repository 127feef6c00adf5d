// The desk's API. Every failure is a Refusal with a code that the page has words for.

const PATIENCE = 15_000;

export class Refusal extends Error {
  /** `code`: signed_out, unreachable, or what the API said; `message`: its own words, if any; `details`: what else. */
  constructor(code, message = "", details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export class Api {
  constructor(url, signIn) {
    this.url = url;
    this.signIn = signIn;
  }

  /** A page of a list: `after` is the `next` of the page before. */
  cases(team, list, after = "") {
    return this.#call("GET", `/cases?${new URLSearchParams({ team, list, after })}`);
  }

  /**
   * The newest page of a case, or the one before an entry. `look`: the id of the click that asks for personal numbers
   * too, which the timeline notes once; or null.
   */
  file(reference, look = null, before = null) {
    const asked = new URLSearchParams({ ...(look && { unmasked: look }), ...(before && { before }) });
    return this.#call("GET", `/cases/${encodeURIComponent(reference)}?${asked}`);
  }

  /** One entry with all of its text, or with all words of its mail: the `original`. */
  entry(reference, number, look = null, original = false) {
    const asked = new URLSearchParams({ ...(look && { unmasked: look }), ...(original && { original }) });
    return this.#call("GET", `/cases/${encodeURIComponent(reference)}/timeline/${number}?${asked}`);
  }

  take(reference) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/take`, {});
  }

  reply(reference, id, text) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/reply`, { id, text });
  }

  resolve(reference, id, text) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/resolve`, { id, text });
  }

  release(reference) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/release`, {});
  }

  discard(reference) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/discard`, {});
  }

  /** What an agent does besides: `name` is the end of its route, `body` what that takes. */
  act(reference, name, body) {
    return this.#call("POST", `/cases/${encodeURIComponent(reference)}/${name}`, body);
  }

  attachment(reference, entry, number) {
    return this.#call("GET", `/cases/${encodeURIComponent(reference)}/timeline/${entry}/attachments/${number}`);
  }

  async #call(method, path, body) {
    let answer;
    let content;
    try {
      const token = await this.signIn.token();
      if (!token) throw new Refusal("signed_out");
      answer = await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
      content = await answer.json();
    } catch (failure) {
      if (failure instanceof Refusal) throw failure;
      throw new Refusal("unreachable");
    }
    if (answer.ok) return content;
    if (answer.status === 401) {
      this.signIn.forget();
      throw new Refusal("signed_out");
    }
    if (content.error) throw new Refusal(content.error.code, content.error.message, content.error);
    throw new Refusal(answer.status >= 500 ? "unreachable" : `status_${answer.status}`, content.message);
  }
}

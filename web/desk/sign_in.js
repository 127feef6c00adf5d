// Signing in by OAuth 2.0 authorization code with PKCE (RFC 6749, RFC 7636), as Cognito's hosted sign-in offers it.
// Tokens live as long as the tab.

import { remember, remembered, secret } from "../page.js";

const TOKENS = "care.desk.tokens";
const ATTEMPT = "care.desk.attempt";
const RENEW_BEFORE = 60_000;
const HERE = new URL("./", import.meta.url).href;

export class SignInError extends Error {}

export class SignIn {
  constructor(url, client) {
    this.url = url;
    this.client = client;
    this.tokens = JSON.parse(remembered(TOKENS, "sessionStorage") ?? "null");
  }

  /** Who signed in: {id, name, groups}, or null. */
  get agent() {
    if (!this.tokens) return null;
    const claims = { ...claimsOf(this.tokens.access_token), ...claimsOf(this.tokens.id_token) };
    const username = claimsOf(this.tokens.access_token).username ?? claims["cognito:username"];
    return { id: claims.sub, name: claims.name ?? username, groups: claims["cognito:groups"] ?? [] };
  }

  /** Leave for the sign-in page. */
  async go() {
    const attempt = { state: secret(), verifier: secret(), hash: location.hash };
    remember(ATTEMPT, JSON.stringify(attempt), "sessionStorage");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
    const address = new URL(`${this.url}/oauth2/authorize`);
    address.search = new URLSearchParams({
      response_type: "code",
      client_id: this.client,
      redirect_uri: HERE,
      scope: "openid profile email",
      state: attempt.state,
      code_challenge: base64url(digest),
      code_challenge_method: "S256",
    });
    location.assign(address);
  }

  /** Take the code if the sign-in page sent us back with one. Raises SignInError. */
  async finish() {
    const answer = new URLSearchParams(location.search);
    if (!answer.has("code") && !answer.has("error")) return;
    const attempt = JSON.parse(remembered(ATTEMPT, "sessionStorage") ?? "null");
    remember(ATTEMPT, null, "sessionStorage");
    history.replaceState(null, "", HERE + (attempt?.hash ?? ""));
    if (answer.has("error")) throw new SignInError(answer.get("error_description") ?? answer.get("error"));
    if (!attempt || attempt.state !== answer.get("state")) throw new SignInError("state");
    await this.#fetch({
      grant_type: "authorization_code",
      client_id: this.client,
      redirect_uri: HERE,
      code: answer.get("code"),
      code_verifier: attempt.verifier,
    });
  }

  /** An access token good for a while yet, or null when the agent has to sign in again. */
  async token() {
    if (!this.tokens) return null;
    if (Date.now() < this.tokens.expires_at - RENEW_BEFORE) return this.tokens.access_token;
    this.renewing ??= this.#renew().finally(() => (this.renewing = null));
    return this.renewing;
  }

  forget() {
    this.tokens = null;
    remember(TOKENS, null, "sessionStorage");
  }

  out() {
    this.forget();
    const address = new URL(`${this.url}/logout`);
    address.search = new URLSearchParams({ client_id: this.client, logout_uri: HERE });
    location.assign(address);
  }

  async #renew() {
    const { refresh_token } = this.tokens;
    try {
      if (!refresh_token) throw new SignInError("no refresh token");
      await this.#fetch({ grant_type: "refresh_token", client_id: this.client, refresh_token });
      return this.tokens.access_token;
    } catch (failure) {
      if (!(failure instanceof SignInError)) throw failure;
      this.forget();
      return null;
    }
  }

  async #fetch(form) {
    const answer = await fetch(`${this.url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    if (answer.status >= 500) throw new TypeError(`sign-in answered ${answer.status}`);
    const tokens = await answer.json();
    if (!answer.ok) throw new SignInError(tokens.error ?? String(answer.status));
    this.tokens = {
      refresh_token: this.tokens?.refresh_token,
      ...tokens,
      expires_at: Date.now() + tokens.expires_in * 1000,
    };
    remember(TOKENS, JSON.stringify(this.tokens), "sessionStorage");
  }
}

function claimsOf(token) {
  if (!token) return {};
  const text = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
}

function base64url(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

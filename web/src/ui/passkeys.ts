import { $, $$, on, onHtmx } from './dom';
import { word } from './words';

/**
 * Passkeys: <button data-passkey-sign-in="/where/to"> signs in, <form data-passkey-add> adds one. Both are hidden until
 * this browser is known to understand passkeys. Binary values travel in base64url.
 */
interface Options extends Record<string, unknown> {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  excludeCredentials?: { id: string; type: 'public-key' }[];
}

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

class Refused extends Error {}

async function send<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.errors?.[0]?.message ?? told.detail);
  return told.data as T;
}

async function make(fields: { name: string; password: string }): Promise<void> {
  const { options } = await send<{ options: Options }>('/api/account/passkeys/options', { password: fields.password });
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user!, id: bytes(options.user!.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  await send('/api/account/passkeys', {
    name: fields.name,
    id: text(made.rawId),
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    transports: response.getTransports(),
  });
}

async function signIn(redirect: string): Promise<string> {
  const { options } = await send<{ options: Options }>('/api/auth/passkey/options', null);
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  const proof = (await navigator.credentials.get({
    publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions,
  })) as PublicKeyCredential;
  const response = proof.response as AuthenticatorAssertionResponse;
  const answer = await send<{ redirect: string }>('/api/auth/passkey', {
    id: text(proof.rawId),
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    redirect,
  });
  return answer.redirect;
}

/** Runs a ceremony with its button at rest; tells what went wrong beside it. */
async function attempt(box: HTMLElement, button: HTMLButtonElement, ceremony: () => Promise<void>): Promise<void> {
  const problem = $('[data-passkey-problem]', box)!;
  problem.hidden = true;
  button.disabled = true;
  try {
    await ceremony();
  } catch (fault) {
    const cancelled = fault instanceof DOMException;
    $('p', problem)!.textContent =
      fault instanceof Refused ? fault.message : word(cancelled ? 'passkey_cancelled' : 'passkey_failed');
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
}

on('click', '[data-passkey-sign-in]', (el) => {
  void attempt(el.closest<HTMLElement>('[data-passkey-box]')!, el as HTMLButtonElement, async () => {
    location.assign(await signIn(el.dataset['passkeySignIn'] ?? ''));
  });
});

on('submit', '[data-passkey-add]', (el, ev) => {
  ev.preventDefault();
  const form = el as HTMLFormElement;
  const data = new FormData(form);
  void attempt(form, $<HTMLButtonElement>('[type=submit]', form)!, async () => {
    await make({ name: String(data.get('name')), password: String(data.get('password') ?? '') });
    location.assign('/account/passkeys?done=added');
  });
});

function reveal(): void {
  if (!window.PublicKeyCredential) return;
  for (const box of $$('[data-passkey-box], [data-passkey-add]')) box.hidden = false;
  for (const note of $$('[data-passkey-unable]')) note.hidden = true;
}
reveal();
onHtmx('after:swap', reveal);

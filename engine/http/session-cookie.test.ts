import { expect, test } from 'vitest';
import { addressGroup, clientAddress } from './client-address.ts';
import { isHttps, isSameOrigin } from './same-origin.ts';
import { endedCookie, sessionCookie, sessionOfCookies } from './session-cookie.ts';

const ID = 'a'.repeat(43);
const HTTP = { https: false, port: '3000' };
const HTTPS = { https: true, port: '' };

test('by HTTPS the cookie is Secure and bound to its host, by HTTP it is one that every browser keeps', () => {
  const rest = 'Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict';
  expect(sessionCookie(ID, HTTP)).toBe(`gmv_session_3000=${ID}; ${rest}`);
  expect(sessionCookie(ID, HTTPS)).toBe(`__Host-gmv_session=${ID}; ${rest}; Secure`);
  expect(endedCookie(HTTP)).toMatch(/^gmv_session_3000=; .*Max-Age=0;/);
});

test('a server finds its own cookie among others', () => {
  const read = (header: string | undefined, reached = HTTP) => sessionOfCookies(header, reached);
  expect(read(`theme=dark; gmv_session_3000=${ID}; gmv_session_3001=${'b'.repeat(43)}`)).toBe(ID);
  expect(read(undefined)).toBeNull();
  expect(read(`gmv_session_3001=${ID}`)).toBeNull();
  expect(read('gmv_session_3000=short')).toBeNull();
  expect(read(`gmv_session_3000=${ID}; gmv_session_3000=${'b'.repeat(43)}`)).toBeNull();
  // What a page without TLS could have set.
  expect(read(`gmv_session=${ID}`, HTTPS)).toBeNull();
  expect(read(`__Host-gmv_session=${ID}`, HTTPS)).toBe(ID);
});

const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ headers, socket: { remoteAddress } }) as unknown as Parameters<typeof clientAddress>[0];

test.each([
  ['10.0.0.1', {}, '10.0.0.1'],
  ['::ffff:10.0.0.1', {}, '10.0.0.1'],
  ['10.0.0.1', { 'x-forwarded-for': '1.2.3.4' }, '10.0.0.1'],
  ['127.0.0.1', { 'x-forwarded-for': '1.2.3.4' }, '1.2.3.4'],
  ['::1', { 'x-forwarded-for': 'made up, 6.6.6.6, 1.2.3.4' }, '1.2.3.4'],
  ['127.0.0.1', { 'x-forwarded-for': 'x\u0000' }, '127.0.0.1'],
])('who connects from %s with %j is %s', (peer, headers, address) => {
  expect(clientAddress(from(peer, headers as Record<string, string>))).toBe(address);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001:DB8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is slowed down as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

test.each([
  [{ host: 'board:3000' }, true],
  [{ host: 'board:3000', origin: 'http://board:3000' }, true],
  [{ host: 'board:3000', origin: 'http://board:3001' }, false],
  [{ host: 'board', origin: 'http://board.evil.example' }, false],
  [{ host: 'board', origin: 'null' }, false],
  [{ host: 'board', origin: '' }, false],
  [{ host: '10.0.0.1:3000', 'x-forwarded-host': 'board', origin: 'https://board' }, true],
  [{ host: 'board', 'x-forwarded-proto': 'https', origin: 'https://board' }, true],
  [{ host: 'board', 'x-forwarded-proto': 'https', origin: 'http://board' }, false],
])('%j is a page of this server: %s', (headers, same) => {
  expect(isSameOrigin(from('10.0.0.1', headers as Record<string, string>))).toBe(same);
});

test('who came by HTTPS is what the first proxy says', () => {
  const https = (proto: string) => isHttps(from('127.0.0.1', { 'x-forwarded-proto': proto }));
  expect(['https', 'https, http', 'http', 'http, https', ''].map(https)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

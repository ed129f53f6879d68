import { describe, expect, it } from 'vitest';
import { cookieHeader, createToken, readCredential, withoutToken } from '../../../main/server/credentials.ts';

function read(changes: { authorization?: string; cookie?: string; url?: string }) {
  return readCredential({
    authorization: changes.authorization,
    cookie: changes.cookie,
    url: changes.url ?? '/',
    port: 80,
  });
}

describe('credentials', () => {
  it('makes long tokens that differ', () => {
    expect(createToken()).toMatch(/^[\w-]{43}$/);
    expect(createToken()).not.toBe(createToken());
  });

  it('reads bearer, address and cookie, in this order', () => {
    const all = { authorization: 'Bearer b', cookie: 'transfusion-80=c', url: '/?token=a' };
    expect(read(all)).toEqual({ kind: 'bearer', token: 'b' });
    expect(read({ ...all, authorization: 'Basic x' })).toEqual({ kind: 'address', token: 'a' });
    expect(read({ cookie: 'other=1; transfusion-80=c=d; x=y' })).toEqual({ kind: 'cookie', token: 'c=d' });
    expect(read({ cookie: 'transfusion-81=c' })).toBeNull();
    expect(read({})).toBeNull();
  });

  it('hides the cookie from scripts and from other sites', () => {
    expect(cookieHeader(5000, 't')).toBe('transfusion-5000=t; Path=/; HttpOnly; SameSite=Strict');
  });

  it.each([
    ['/?token=a', '/'],
    ['/studies/1?tab=results&token=a', '/studies/1?tab=results'],
    ['//evil.example/?token=a', '/evil.example/'],
    ['/?token=a&token=b', '/'],
  ])('takes the token out of %s', (url, expected) => {
    expect(withoutToken(url)).toBe(expected);
  });
});

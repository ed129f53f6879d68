import { describe, expect, it } from 'vitest';
import {
  cookieHeader,
  createCodes,
  createSession,
  createToken,
  isSession,
  readCredential,
  withoutToken,
} from '../../../main/server/credentials.ts';

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
    expect(read({ url: '/?code=x' })).toEqual({ kind: 'code', token: 'x' });
    expect(read({ cookie: 'other=1; transfusion-80=c=d; x=y' })).toEqual({ kind: 'cookie', token: 'c=d' });
    expect(read({ cookie: 'transfusion-81=c' })).toBeNull();
    expect(read({})).toBeNull();
  });

  it('signs sessions that end', () => {
    const day = 24 * 3_600_000;
    const session = createSession('t', 0);
    const at = (nowMs: number, token = 't'): boolean => isSession(session, { token, nowMs });
    expect(at(6 * day)).toBe(true);
    expect(at(7 * day)).toBe(false);
    expect(at(0, 'another')).toBe(false);
    const [ends = '', ...rest] = session.split('.');
    const longer = [Number(ends) + day, ...rest].join('.');
    for (const forged of [longer, '', 't', `${session}x`, '9e15..']) {
      expect(isSession(forged, { token: 't', nowMs: 0 })).toBe(false);
    }
  });

  it('takes a code once, and only within a minute', () => {
    let now = 0;
    const codes = createCodes(() => now);
    const [first, second] = [codes.issue(), codes.issue()];
    expect([codes.take(first), codes.take(first), codes.take('no')]).toEqual([true, false, false]);
    now = 60_000;
    expect(codes.take(second)).toBe(false);
  });

  it('hides the cookie from scripts and from other sites', () => {
    expect(cookieHeader(5000, 't')).toBe('transfusion-5000=t; Path=/; HttpOnly; SameSite=Strict');
  });

  it.each([
    ['/?token=a', '/'],
    ['/studies/1?tab=results&token=a', '/studies/1?tab=results'],
    ['//evil.example/?token=a', '/evil.example/'],
    ['/?token=a&token=b', '/'],
    ['/?code=a&tab=x', '/?tab=x'],
  ])('takes the token out of %s', (url, expected) => {
    expect(withoutToken(url)).toBe(expected);
  });
});

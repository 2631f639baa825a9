// Who is signed in at the shop: sessions in memory, a cookie that scripts cannot read, and a secret against forged forms.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Two demo customers. A real shop has a database, and hashes its passwords with argon2id. */
export const CUSTOMERS = [
  { id: 'cust-1001', name: 'Maya Cohen', email: 'maya@example.com', password: 'olive tree', orders: [{ number: 'A-2201', what: 'Walnut desk lamp', state: 'On its way' }, { number: 'A-2187', what: 'Linen apron, ochre', state: 'Delivered' }] },
  { id: 'cust-1002', name: 'Tom Becker', email: 'tom@example.com', password: 'river stone', orders: [{ number: 'A-2210', what: 'Stoneware bowl, large', state: 'Being packed' }] },
];

const NAME = 'shop';
const secret = () => randomBytes(24).toString('base64url');
const same = (a, b) => timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export function openVisits() {
  const visits = new Map();
  return {
    /** The visit of a request; a new one where there is none, and the cookie to set for it. */
    of(request, secure) {
      const found = (request.headers.cookie ?? '').split(/; */).find((part) => part.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
      const known = visits.get(found);
      if (known) return { visit: known, cookie: null };
      return this.begin(null, secure);
    },
    /** A new id at sign-in and sign-out, so that nobody can bring one along. */
    begin(customer, secure, before) {
      if (before) visits.delete(before.id);
      const visit = { id: secret(), form: secret(), customer };
      if (visits.size > 10_000) visits.delete(visits.keys().next().value);
      visits.set(visit.id, visit);
      return { visit, cookie: `${NAME}=${visit.id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400${secure ? '; Secure' : ''}` };
    },
    /** A form counts when it carries the visit's own secret and comes from our own page. */
    own: (request, visit, given) => ['same-origin', 'none', undefined].includes(request.headers['sec-fetch-site']) && same(String(given ?? ''), visit.form),
    customer: (email, password) => CUSTOMERS.find((one) => one.email === email && same(one.password, password)) ?? null,
  };
}
